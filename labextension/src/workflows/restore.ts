import { NotebookPanel } from '@jupyterlab/notebook';
import { Contents } from '@jupyterlab/services';
import { JSONObject } from '@lumino/coreutils';
import { NotebookAPI } from '../notebookApi';
import { showOutcome } from '../toast';
import { METADATA_KEY } from '../tokens';
import { askWhereToRestore } from '../widgets/restoreDialog';
import { IPlaces } from './compare';
import { publishedAs, saved } from './notebook';
import { ensureReady, IWalk } from './ready';

type Context = NotebookPanel['context'];

/** Bring a version back, as a new file or in the place of an open notebook of the same name. */
export async function restoreVersion(
  walk: IWalk,
  places: IPlaces,
  api: NotebookAPI,
  fullName: string,
  version: string
): Promise<void> {
  const { trans } = walk;
  if (!(await ensureReady(walk))) {
    return;
  }
  const { contents } = places.app.serviceManager;
  const open: string[] = [];
  places.tracker?.forEach(panel => {
    const { context } = panel;
    if (publishedAs(panel) === fullName && context.contentsModel?.writable !== false) {
      open.push(context.path);
    }
  });
  const title = trans.__('Restore version %1 of %2', version, fullName);
  const path = await askWhereToRestore(trans, title, open);
  if (path === undefined) {
    return;
  }
  if (path === null) {
    const made = await api.restore(fullName, version, folder(places));
    announce(walk, places, made, trans.__('Restored version %1 as %2', version, made));
    return;
  }
  const panel = places.tracker?.find(one => one.context.path === path);
  if (!panel) {
    throw new Error(trans.__('%1 was closed meanwhile.', path));
  }
  const { context } = panel;
  if (context.model.dirty) {
    await saved(context); // it is on the screen, so it belongs to what the checkpoint keeps
  }
  if (isHere(contents, path)) {
    await api.replace(fullName, version, context.localPath);
    await context.revert();
  } else {
    await replaceElsewhere(context, api, fullName, version);
  }
  showOutcome(trans, {
    type: 'success',
    message: trans.__('%1 is version %2 again; what was there is its checkpoint', path, version)
  });
}

/** The same in another drive, which only this page can reach. A drive without checkpoints refuses, and nothing changes. */
async function replaceElsewhere(
  context: Context,
  api: NotebookAPI,
  fullName: string,
  version: string
): Promise<void> {
  const { content } = await api.version(fullName, version);
  const [channel, name] = fullName.split('/');
  const kept = content.metadata[METADATA_KEY] as JSONObject | undefined;
  content.metadata[METADATA_KEY] = { ...kept, channel, name, version };
  await context.createCheckpoint();
  context.model.fromJSON(content);
  await saved(context);
}

/** The folder that the file browser shows, as the Jupyter server calls it; its root where that is in another drive. */
export function folder(places: IPlaces): string {
  const { contents } = places.app.serviceManager;
  const path = places.browser?.model.path ?? '';
  return isHere(contents, path) ? contents.localPath(path) : '';
}

/** Is a path one of the Jupyter server's own files, which jupyter-collaboration shows in a drive of its own? */
function isHere(contents: Contents.IManager, path: string): boolean {
  return ['', 'RTC'].includes(contents.driveName(path));
}

/** Open what was made where that shows it at once; offer to in any case. */
export function announce(walk: IWalk, places: IPlaces, path: string, message: string): void {
  const { trans, commands } = walk;
  const open = () => commands.execute('docmanager:open', { path });
  if (places.opens) {
    void open();
  }
  const actions = places.opens ? [] : [{ label: trans.__('Open'), callback: () => void open() }];
  showOutcome(trans, { type: 'success', message, actions });
}
