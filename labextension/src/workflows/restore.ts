import { Contents } from '@jupyterlab/services';
import { NotebookAPI } from '../notebookApi';
import { showOutcome } from '../toast';
import { askWhereToRestore } from '../widgets/restoreDialog';
import { IPlaces } from './compare';
import { publishedAs } from './notebook';
import { ensureReady, IWalk } from './ready';

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
    // a path of another drive would be that of some other file of the Jupyter server
    if (publishedAs(panel) === fullName && isHere(contents, panel.context.path)) {
      open.push(panel.context.path);
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
  await api.replace(fullName, version, panel?.context.localPath ?? path);
  await panel?.context.revert();
  showOutcome(trans, {
    type: 'success',
    message: trans.__('%1 is version %2 again; what was there is its checkpoint', path, version)
  });
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
