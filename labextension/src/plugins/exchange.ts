import { ILabShell, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';
import { diffIcon } from '../icon';
import { NotebookAPI } from '../notebookApi';
import { CommandIDs, IRepository } from '../tokens';
import { compareSuggestion, forkNotebook, suggestChange } from '../workflows/exchange';
import { NO_ARGUMENTS, ONE_SUGGESTION, ONE_THING } from './arguments';
import { settingOf } from './setting';

/** Forking other people's notebooks, and suggesting changes to them. */
export const exchangePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-repo:exchange',
  description: 'Commands that fork notebooks, and suggest and decide changes to them.',
  autoStart: true,
  requires: [IRepository],
  optional: [
    INotebookTracker,
    IDefaultFileBrowser,
    ILabShell,
    ICommandPalette,
    IRenderMimeRegistry,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    model: IRepository,
    tracker: INotebookTracker | null,
    browser: IDefaultFileBrowser | null,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
    rendermime: IRenderMimeRegistry | null,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const given = { tracker, browser, labShell, rendermime, translator };
    const { walk, places, attempt } = settingOf(app, model, given);
    const { trans } = walk;
    const api = new NotebookAPI(model.api);

    commands.addCommand(CommandIDs.fork, {
      label: trans.__('Fork…'),
      caption: trans.__('Copy it with its environment into a channel of yours'),
      describedBy: ONE_THING,
      execute: args =>
        attempt(trans.__('Can’t fork it'), () => forkNotebook(walk, api, args.fullName as string))
    });
    commands.addCommand(CommandIDs.suggestChange, {
      label: trans.__('Suggest a Change…'),
      caption: trans.__('Suggest what this notebook holds to the author of a published one'),
      icon: args => (args.isPalette ? undefined : diffIcon),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => Boolean(tracker?.currentWidget),
      execute: () =>
        attempt(trans.__('Can’t suggest it'), async () => {
          if (tracker?.currentWidget) {
            await suggestChange(walk, places, api, tracker.currentWidget);
          }
        })
    });
    commands.addCommand(CommandIDs.showSuggestions, {
      label: trans.__('Suggested Changes'),
      caption: trans.__('Changes that others suggest to you, and you to them'),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => model.account.state === 'ready',
      execute: async () => {
        await commands.execute(CommandIDs.showPanel);
        await model.suggestions.open();
      }
    });
    commands.addCommand(CommandIDs.openSuggestion, {
      label: trans.__('Show Suggested Change'),
      describedBy: ONE_SUGGESTION,
      execute: args =>
        attempt(trans.__('Can’t show it'), () =>
          compareSuggestion(walk, places, api, args.id as number)
        )
    });
    model.account.changed.connect(() => commands.notifyCommandChanged(CommandIDs.showSuggestions));
    tracker?.currentChanged.connect(() => commands.notifyCommandChanged(CommandIDs.suggestChange));
    for (const command of [CommandIDs.suggestChange, CommandIDs.showSuggestions]) {
      palette?.addItem({ command, category: trans.__('Repository'), args: { isPalette: true } });
    }
  }
};
