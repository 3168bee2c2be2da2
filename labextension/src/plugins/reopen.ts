import { ILabShell, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';
import { repoIcon } from '../icon';
import { ReopenAPI } from '../reopenApi';
import { CommandIDs, IRepository } from '../tokens';
import { reopenLink, reopenNotebook } from '../workflows/reopen';
import { NO_ARGUMENTS, ONE_THING } from './arguments';
import { settingOf } from './setting';

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
    const given = { tracker, browser, labShell, translator };
    const { walk, places, attempt } = settingOf(app, model, given);
    const { trans } = walk;
    const api = new ReopenAPI(model.api);
    const failed = trans.__('Can’t open it');

    commands.addCommand(CommandIDs.openLink, {
      label: trans.__('Open from Repository…'),
      caption: trans.__('Open a published notebook with its environment, by its link or name'),
      icon: args => (args.isPalette ? undefined : repoIcon),
      describedBy: NO_ARGUMENTS,
      execute: () => attempt(failed, () => reopenLink(walk, places, api))
    });
    commands.addCommand(CommandIDs.reopen, {
      label: trans.__('Open with Its Environment'),
      caption: trans.__('Make its environment again as a kernel, and open it with that'),
      describedBy: ONE_THING,
      execute: args => {
        const version = typeof args.version === 'string' ? args.version : '';
        return attempt(failed, () =>
          reopenNotebook(walk, places, api, args.fullName as string, version)
        );
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
