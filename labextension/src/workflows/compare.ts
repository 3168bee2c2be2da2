import { JupyterFrontEnd } from '@jupyterlab/application';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookContent } from '@jupyterlab/nbformat';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { diffIcon } from '../icon';
import { NotebookAPI } from '../notebookApi';
import { DiffView, IChoice } from '../widgets/diffView';
import { Drawing } from '../widgets/drawing';
import { showInMain } from '../widgets/mainArea';
import { publishedAs, publishedVersion } from './notebook';
import { ensureReady, IWalk } from './ready';

/** Where things are opened and saved. */
export interface IPlaces {
  app: JupyterFrontEnd;
  tracker: INotebookTracker | null;
  browser: IDefaultFileBrowser | null;
  /** draws outputs; without it they are told in words */
  rendermime: IRenderMimeRegistry | null;
  /** opening a file shows it at once; Notebook 7 opens a browser tab, which needs a click */
  opens: boolean;
}

const LOCAL = 'local';

/** Show what differs between the version that an open notebook is of and what is on the screen. */
export async function comparePublished(
  walk: IWalk,
  places: IPlaces,
  api: NotebookAPI,
  panel: NotebookPanel
): Promise<void> {
  const fullName = publishedAs(panel);
  if (fullName === null || !(await ensureReady(walk))) {
    return;
  }
  const choices = await versionChoices(walk, api, fullName);
  const opened = publishedVersion(panel);
  const base = choices.find(({ key }) => key === opened) ?? choices[0];
  const view = new DiffView(
    walk.trans,
    api,
    drawingOf(places),
    [localChoice(walk, panel), ...choices],
    base.key,
    LOCAL
  );
  show(walk, places, view, fullName);
}

/**
 * Show what differs between two versions.
 *
 * @param base - the version before it if ''
 */
export async function compareVersions(
  walk: IWalk,
  places: IPlaces,
  api: NotebookAPI,
  fullName: string,
  version: string,
  base: string
): Promise<void> {
  const choices = await versionChoices(walk, api, fullName);
  const index = choices.findIndex(choice => choice.key === version);
  const before = base || (choices[index + 1] ?? choices[0]).key;
  const open: IChoice[] = [];
  places.tracker?.forEach(panel => {
    if (publishedAs(panel) === fullName && open.length === 0) {
      open.push(localChoice(walk, panel));
    }
  });
  show(
    walk,
    places,
    new DiffView(walk.trans, api, drawingOf(places), [...open, ...choices], before, version),
    fullName
  );
}

export function drawingOf({ rendermime }: IPlaces): Drawing | null {
  return rendermime && new Drawing(rendermime);
}

function show(walk: IWalk, places: IPlaces, view: DiffView, fullName: string): void {
  const label = walk.trans.__('Compare %1', fullName);
  showInMain(places.app, view, { label, icon: diffIcon }, walk.trans.__('Comparison'));
}

async function versionChoices(walk: IWalk, api: NotebookAPI, fullName: string): Promise<IChoice[]> {
  const { versions } = await api.history(fullName);
  if (versions.length === 0) {
    throw new Error(walk.trans.__('%1 has no version to compare with.', fullName));
  }
  return versions.map(({ version }) => ({
    key: version,
    label: walk.trans.__('Version %1', version),
    side: () => ({ full_name: fullName, version })
  }));
}

/** The notebook on the screen; asked for when it is compared, so that the newest changes count. */
function localChoice(walk: IWalk, panel: NotebookPanel): IChoice {
  const { context } = panel;
  const title = context.localPath.split('/').pop() ?? context.localPath;
  return {
    key: LOCAL,
    label: walk.trans.__('%1 (open here)', title),
    side: () => {
      if (context.isDisposed) {
        return { path: context.localPath };
      }
      return { content: context.model.toJSON() as INotebookContent, title };
    }
  };
}
