import { ILabShell, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { messageOf } from '../api';
import { repoIcon } from '../icon';
import { ReopenAPI } from '../reopenApi';
import { CommandIDs, DOMAIN, IRepository } from '../tokens';
import { reopenLink, reopenNotebook } from '../workflows/reopen';
import { NO_ARGUMENTS, ONE_THING } from './arguments';

/** Opening published notebooks with their environments. */
export const reopenPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-repo:reopen',
  description: 'Opens published notebooks with their environments, and lists those environments.',
  autoStart: true,
  requires: [IRepository],
  optional: [INotebookTracker, IDefaultFileBrowser, ILabShell, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IRepository,
    tracker: INotebookTracker | null,
    browser: IDefaultFileBrowser | null,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const walk = { model, trans, commands };
    const api = new ReopenAPI(model.api);
    const places = { app, tracker, browser, opens: labShell !== null };
    const attempt = async (action: () => Promise<void>) => {
      try {
        await action();
      } catch (reason) {
        await showErrorMessage(trans.__('Can’t open it'), messageOf(reason));
      }
    };

    commands.addCommand(CommandIDs.openLink, {
      label: trans.__('Open from Repository…'),
      caption: trans.__('Open a published notebook with its environment, by its link or name'),
      icon: args => (args.isPalette ? undefined : repoIcon),
      describedBy: NO_ARGUMENTS,
      execute: () => attempt(() => reopenLink(walk, places, api))
    });
    commands.addCommand(CommandIDs.reopen, {
      label: trans.__('Open with Its Environment'),
      caption: trans.__('Make its environment again as a kernel, and open it with that'),
      describedBy: ONE_THING,
      execute: args => {
        const version = typeof args.version === 'string' ? args.version : '';
        return attempt(() => reopenNotebook(walk, places, api, args.fullName as string, version));
      }
    });
    commands.addCommand(CommandIDs.showEnvironments, {
      label: trans.__('Environments on This Computer'),
      caption: trans.__('The environments of notebooks that were opened here'),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => model.account.state === 'ready',
      execute: async () => {
        await commands.execute(CommandIDs.showPanel);
        await model.environments.open();
      }
    });
    commands.addCommand(CommandIDs.refreshKernels, {
      label: trans.__('Look for New and Removed Kernels'),
      describedBy: NO_ARGUMENTS,
      execute: () => app.serviceManager.kernelspecs.refreshSpecs()
    });
    model.account.changed.connect(() => commands.notifyCommandChanged(CommandIDs.showEnvironments));
    for (const command of [CommandIDs.openLink, CommandIDs.showEnvironments]) {
      palette?.addItem({
        command,
        category: trans.__('Repository'),
        args: { isPalette: true }
      });
    }
  }
};
