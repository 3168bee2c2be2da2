/** What a thing of the repository is (the wire words). */
export type Kind = 'ipynb' | 'env' | 'conda' | 'pypi' | 'file';
export const KINDS: readonly Kind[] = ['ipynb', 'env', 'conda', 'pypi', 'file'];

/** Who may see a thing without being granted anything. */
export type Visibility = 'public' | 'authenticated' | 'unlisted' | 'private';

export const VISIBILITIES: readonly Visibility[] = [
  'public',
  'authenticated',
  'unlisted',
  'private'
];

/** What the caller may do with a thing, as the repository says it. */
export type Ability = 'upload' | 'delete-files' | 'edit-settings' | 'delete-package';

/** Which things are listed. */
export type Scope = 'mine' | 'everything' | 'starred';

export const SCOPES: readonly Scope[] = ['mine', 'everything', 'starred'];

/** A package of the repository, as lists show it. */
export interface IThing {
  name: string;
  full_name: string;
  owner: { login: string };
  /** null while it has no file */
  kind: Kind | null;
  /** all kinds of its files */
  package_types: Kind[];
  summary: string;
  visibility: Visibility;
  latest_version: string | null;
  created_at: string;
  updated_at: string;
  downloads: number;
  releases_count: number;
  html_url: string;
  /** where the picture of its latest version is; null where it has none */
  thumbnail_url: string | null;
  can: Ability[];
}

/** What a list is asked for: words, a channel ('' for all), a kind, and where the page begins. */
export interface IQuestion {
  q: string;
  channel: string;
  kind: Kind | null;
  after: string;
  limit: number;
}

/** How many things there are of each kind, and altogether; nothing where nobody knows. */
export type Counts = Partial<Record<Kind | 'all', number>>;

/** A page of a list. */
export interface IPage {
  things: IThing[];
  /** where the next page begins; null for the last */
  next: string | null;
  /** null where they are not known, and on later pages */
  counts?: Counts | null;
}

/** One version of a thing. */
export interface IRelease {
  version: string;
  created_at: string;
  summary: string;
  files_count: number;
}

/** One file of a version. */
export interface IRepositoryFile {
  basename: string;
  filename: string;
  version: string;
  upload_time: string;
  uploaded_by: string;
  size: number;
  sha256: string;
  labels: string[];
  ndownloads: number;
  download_url: string;
}

/** How a client installs a thing; `private_command` holds the placeholder `<TOKEN>`. */
export interface IInstall {
  client: string;
  title: string;
  command: string;
  private_command: string | null;
}

/** Where a fork comes from. */
export interface IOrigin {
  full_name: string;
  version: string;
  url: string;
}

/** A thing with its versions, files and install commands. */
export interface IThingDocument extends IThing {
  /** null where it is no fork, or one of something that I may not see */
  forked_from: IOrigin | null;
  /** how many forks of it I may see */
  forks: number;
  releases: IRelease[];
  files: IRepositoryFile[];
  install: IInstall[];
}
