import { TranslationBundle } from '@jupyterlab/translation';
import { IChanges } from './notebookApi';
import { Level } from './documents/access';
import { Kind, Scope, Visibility } from './documents/things';

/** The word for one thing of a kind. */
export function kindNoun(trans: TranslationBundle, kind: Kind | null): string {
  if (kind === null) {
    return trans.__('Package without files');
  }
  return {
    ipynb: trans.__('Notebook'),
    env: trans.__('Environment'),
    conda: trans.__('conda package'),
    pypi: trans.__('Python package'),
    file: trans.__('File')
  }[kind];
}

/** The word on the filter of a kind. */
export function kindPlural(trans: TranslationBundle, kind: Kind): string {
  return {
    ipynb: trans.__('Notebooks'),
    env: trans.__('Environments'),
    conda: trans.__('conda'),
    pypi: trans.__('Python'),
    file: trans.__('Files')
  }[kind];
}

export function accessLabel(trans: TranslationBundle, visibility: Visibility): string {
  return {
    public: trans.__('Public'),
    authenticated: trans.__('Signed-in people'),
    unlisted: trans.__('Unlisted'),
    private: trans.__('Private')
  }[visibility];
}

/** Who may see a thing of this access. */
export function accessSentence(trans: TranslationBundle, visibility: Visibility): string {
  return {
    public: trans.__('Anyone can find, see and install it.'),
    authenticated: trans.__('Anyone with an account on this repository can see it.'),
    unlisted: trans.__('Anyone who has the address can see it; no list or search shows it.'),
    private: trans.__('Only you and the people you share it with can see it.')
  }[visibility];
}

/** The words for which things are listed. */
export function scopeLabel(trans: TranslationBundle, scope: Scope): string {
  return {
    mine: trans.__('Mine'),
    everything: trans.__('Everything'),
    starred: trans.__('Favourites')
  }[scope];
}

export function levelLabel(trans: TranslationBundle, level: Level | 'owner'): string {
  return {
    read: trans.__('Read'),
    'read-write': trans.__('Read and write'),
    admin: trans.__('Admin'),
    owner: trans.__('Owner')
  }[level];
}

/** What somebody of this level may do with a thing. */
export function levelSentence(trans: TranslationBundle, level: Level): string {
  return {
    read: trans.__('See and download it, also when it is private.'),
    'read-write': trans.__('Download, upload versions, and delete files.'),
    admin: trans.__('Everything: also change access and sharing, and delete it.')
  }[level];
}

/** `12 kB`, `3.4 MB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const PACKAGE_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/;
const USER_NAME = /^[A-Za-z0-9](?:[-_.]?[A-Za-z0-9])*$/;

/** What is wrong with the name of a package, or ''. The repository has the last word. */
export function packageNameProblem(trans: TranslationBundle, name: string): string {
  if (name === '') {
    return trans.__('Give it a name.');
  }
  if (name.length > 128) {
    return trans.__('Use at most 128 characters.');
  }
  return PACKAGE_NAME.test(name)
    ? ''
    : trans.__('Use letters, digits, “.”, “_” and “-”, with a letter or digit at both ends.');
}

/** What is wrong with the name of an account, or ''. */
export function accountNameProblem(trans: TranslationBundle, name: string): string {
  if (name.length < 2 || name.length > 39) {
    return trans.__('Use 2 to 39 characters.');
  }
  return USER_NAME.test(name)
    ? ''
    : trans.__('Use letters and digits, with single “-”, “_” or “.” between them.');
}

/** The package name made of a file name: `My Analysis (2).ipynb` gives `my-analysis-2`. */
export function slug(fileName: string): string {
  const stem = fileName.replace(/\.[^.]+$/, '').normalize('NFKD');
  const plain = stem.replace(/[\u0300-\u036f]/g, '').toLowerCase();
  const name = plain.replace(/[^a-z0-9._]+/g, '-').replace(/^[-._]+|[-._]+$/g, '');
  return name.slice(0, 100) || 'untitled';
}

/** The kind that a file name announces; the repository looks at the content. */
export function kindOfFile(fileName: string): Kind {
  const name = fileName.toLowerCase();
  if (name.endsWith('.conda') || name.endsWith('.tar.bz2')) {
    return 'conda';
  }
  if (name.endsWith('.whl') || name.endsWith('.tar.gz')) {
    return 'pypi';
  }
  if (name.endsWith('.ipynb')) {
    return 'ipynb';
  }
  return /env.*\.ya?ml$/.test(name) ? 'env' : 'file';
}

/** `2 changed, 1 added`: what a version did to the cells of the one before it. */
export function changesSentence(trans: TranslationBundle, changes: IChanges): string {
  const { added, removed, changed, moved, outputs } = changes;
  const parts = [
    changed > 0 ? trans._n('%1 cell changed', '%1 cells changed', changed) : '',
    added > 0 ? trans.__('%1 added', added) : '',
    removed > 0 ? trans.__('%1 removed', removed) : '',
    moved > 0 ? trans.__('%1 moved', moved) : '',
    outputs > 0 ? trans._n('%1 other output', '%1 other outputs', outputs) : ''
  ].filter(part => part !== '');
  return parts.length > 0 ? parts.join(', ') : trans.__('no cell changed');
}
