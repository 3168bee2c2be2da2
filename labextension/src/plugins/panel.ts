import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import { repoIcon } from '../icon';
import { openPage } from '../pages';
import { CommandIDs, DOMAIN, IRepository, PANEL_ID } from '../tokens';
import { RepositoryPanel } from '../widgets/panel';
import { uploadDropped, uploadFiles } from '../workflows/upload';
import { NO_ARGUMENTS } from './arguments';

/** Below the table of contents, above the extension manager. */
const RANK = 600;

/** The Repository panel in the left sidebar, and the commands that show and refresh it. */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-repo:panel',
  description: 'The Repository panel of the sidebar.',
  autoStart: true,
  requires: [IRepository],
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IRepository,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);

    commands.addCommand(CommandIDs.showPanel, {
      label: trans.__('Show Repository'),
      caption: trans.__('Show the panel of the repository'),
      icon: args => (args.isPalette ? undefined : repoIcon),
      describedBy: NO_ARGUMENTS,
      execute: () => shell.activateById(PANEL_ID)
    });
    commands.addCommand(CommandIDs.refresh, {
      label: trans.__('Refresh Repository'),
      caption: trans.__('Ask the repository again'),
      icon: args => (args.isPalette ? undefined : refreshIcon),
      describedBy: NO_ARGUMENTS,
      execute: () => model.refresh()
    });
    commands.addCommand(CommandIDs.openInBrowser, {
      label: trans.__('Open Repository in Browser'),
      caption: trans.__('Open the pages of the repository in a new browser tab'),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => ['ready', 'signed-out'].includes(model.account.state),
      execute: () => {
        const { account } = model.account.status ?? {};
        openPage(model.api, account ? `/${account}` : '/');
      }
    });
    model.account.changed.connect(() => commands.notifyCommandChanged(CommandIDs.openInBrowser));

    const walk = { model, trans, commands };
    const panel = new RepositoryPanel(model, commands, trans, {
      files: files => void uploadFiles(walk, files),
      paths: paths => void uploadDropped(walk, app.serviceManager.contents, paths)
    });
    restorer?.add(panel, PANEL_ID);
    shell.add(panel, 'left', { rank: RANK, type: 'Repository' });

    const category = trans.__('Repository');
    for (const command of [CommandIDs.showPanel, CommandIDs.refresh, CommandIDs.openInBrowser]) {
      palette?.addItem({ command, category, args: { isPalette: true } });
    }
  }
};
