import { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { messageOf } from '../request';
import { DOMAIN, IRepository } from '../tokens';
import { IPlaces } from '../workflows/compare';
import { followSaves } from '../workflows/notebook';
import { IWalk } from '../workflows/ready';

/** What commands about notebooks have around them. */
export interface ISetting {
  walk: IWalk;
  places: IPlaces;
  /** Do it; if it fails, say under `title` why. */
  attempt: (title: string, action: () => Promise<void>) => Promise<void>;
}

/** The setting of a plugin, of what JupyterLab gave it. */
export function settingOf(
  app: JupyterFrontEnd,
  model: IRepository,
  given: {
    tracker: INotebookTracker | null;
    browser: IDefaultFileBrowser | null;
    labShell: ILabShell | null;
    rendermime?: IRenderMimeRegistry | null;
    translator: ITranslator | null;
  }
): ISetting {
  const { tracker, browser, labShell, rendermime = null, translator } = given;
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  if (tracker) {
    followSaves(tracker);
  }
  return {
    walk: { model, trans, commands: app.commands },
    places: { app, tracker, browser, rendermime, opens: labShell !== null },
    attempt: async (title, action) => {
      try {
        await action();
      } catch (reason) {
        await showErrorMessage(title, messageOf(reason));
      }
    }
  };
}
