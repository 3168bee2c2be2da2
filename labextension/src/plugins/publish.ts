import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { repoIcon } from '../icon';
import { CommandIDs, DOMAIN, IRepository } from '../tokens';
import { closedNotebook, followSaves, INotebookSource, openNotebook } from '../workflows/notebook';
import { publishNotebook } from '../workflows/publish';
import { FROM_FILE_BROWSER } from './arguments';

const ID = 'jupyter-repo:publish';

/** Publishes the current notebook, or one of the file browser. */
export const publishPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The command that publishes a notebook, in toolbar, menus and palette.',
  autoStart: true,
  requires: [IRepository],
  optional: [INotebookTracker, IFileBrowserFactory, ICommandPalette, ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IRepository,
    tracker: INotebookTracker | null,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ): void => {
    const { commands, serviceManager } = app;
    const { contents } = serviceManager;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    let attachEnvironment = true;
    if (tracker) {
      followSaves(tracker);
    }

    /** The notebook that the command is about; null if there is none. */
    const target = (args: ReadonlyPartialJSONObject): INotebookSource | null => {
      if (args.from !== 'filebrowser') {
        return tracker?.currentWidget ? openNotebook(tracker.currentWidget, contents) : null;
      }
      const items = Array.from(browsers?.tracker.currentWidget?.selectedItems() ?? []);
      if (items.length !== 1 || items[0].type !== 'notebook') {
        return null;
      }
      const { path } = items[0];
      const open = tracker?.find(panel => panel.context.path === path);
      return open ? openNotebook(open, contents) : closedNotebook(contents, commands, path);
    };

    commands.addCommand(CommandIDs.publishNotebook, {
      label: args => (args.toolbar ? trans.__('Publish') : trans.__('Publish to Repository…')),
      caption: trans.__('Publish this notebook to the repository'),
      icon: args => (args.isPalette ? undefined : repoIcon),
      describedBy: FROM_FILE_BROWSER,
      isEnabled: args => target(args) !== null,
      execute: async args => {
        const notebook = target(args);
        if (notebook) {
          await publishNotebook({ model, trans, commands }, notebook, attachEnvironment);
        }
      }
    });
    tracker?.currentChanged.connect(() =>
      commands.notifyCommandChanged(CommandIDs.publishNotebook)
    );
    palette?.addItem({
      command: CommandIDs.publishNotebook,
      category: trans.__('Repository'),
      args: { isPalette: true }
    });

    void registry?.load(ID).then(settings => {
      const read = () => {
        attachEnvironment = settings.get('attachEnvironment').composite !== false;
      };
      settings.changed.connect(read);
      read();
    });
  }
};
