import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { fileUploadIcon } from '@jupyterlab/ui-components';
import { kindOfFile } from '../text';
import { CommandIDs, DOMAIN, IRepository } from '../tokens';
import { pickFiles, uploadFiles, uploadPaths } from '../workflows/upload';
import { NO_ARGUMENTS } from './arguments';

/** Uploads packages and environments: of this machine, or of the file browser. */
export const uploadPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-repo:upload',
  description: 'Uploads files by file picker and from the file browser.',
  autoStart: true,
  requires: [IRepository],
  optional: [IFileBrowserFactory, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IRepository,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const walk = { model, trans, commands };

    commands.addCommand(CommandIDs.uploadFiles, {
      label: trans.__('Upload Files to Repository…'),
      caption: trans.__('Choose packages, environments or other files of this machine'),
      icon: args => (args.isPalette ? undefined : fileUploadIcon),
      describedBy: NO_ARGUMENTS,
      execute: async () => uploadFiles(walk, await pickFiles())
    });
    palette?.addItem({
      command: CommandIDs.uploadFiles,
      category: trans.__('Repository'),
      args: { isPalette: true }
    });

    if (browsers) {
      const selected = () => Array.from(browsers.tracker.currentWidget?.selectedItems() ?? []);
      commands.addCommand(CommandIDs.uploadSelected, {
        label: trans.__('Upload to Repository…'),
        caption: trans.__('Upload the selected packages and environments'),
        icon: fileUploadIcon,
        describedBy: NO_ARGUMENTS,
        isVisible: () => {
          const items = selected();
          const fits = (name: string) => ['conda', 'pypi', 'env'].includes(kindOfFile(name));
          return items.length > 0 && items.every(item => fits(item.name));
        },
        execute: () =>
          uploadPaths(
            walk,
            app.serviceManager.contents,
            selected().map(({ path, name, size }) => ({ path, name, size: size ?? null }))
          )
      });
    }
  }
};
