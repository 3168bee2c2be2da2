import { ILabShell, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import {
  INotebookTracker,
  INotebookWidgetFactory,
  NotebookWidgetFactory
} from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { diffIcon, repoIcon } from '../icon';
import { NotebookAPI } from '../notebookApi';
import { CommandIDs, IRepository } from '../tokens';
import { versionView } from '../widgets/versionView';
import { showInMain } from '../widgets/mainArea';
import { publishedAs } from '../workflows/notebook';
import { comparePublished, compareVersions } from '../workflows/compare';
import { restoreVersion } from '../workflows/restore';
import { NO_ARGUMENTS, ONE_VERSION } from './arguments';
import { settingOf } from './setting';

/** Reading, comparing and restoring the versions of notebooks. */
export const versionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-repo:versions',
  description: 'Commands of published versions: open, compare, restore.',
  autoStart: true,
  requires: [IRepository],
  optional: [
    INotebookTracker,
    INotebookWidgetFactory,
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
    factory: NotebookWidgetFactory.IFactory | null,
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
    const current = () => (tracker?.currentWidget ? publishedAs(tracker.currentWidget) : null);

    commands.addCommand(CommandIDs.comparePublished, {
      label: args =>
        args.toolbar ? trans.__('Compare') : trans.__('Compare with Published Version'),
      caption: trans.__('Show what differs from the published version'),
      icon: args => (args.isPalette ? undefined : diffIcon),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => current() !== null,
      isVisible: args => !args.toolbar || current() !== null,
      execute: () =>
        attempt(trans.__('Can’t compare'), async () => {
          if (tracker?.currentWidget) {
            await comparePublished(walk, places, api, tracker.currentWidget);
          }
        })
    });
    commands.addCommand(CommandIDs.compareVersions, {
      label: trans.__('Compare Versions'),
      describedBy: ONE_VERSION,
      execute: args =>
        attempt(trans.__('Can’t compare'), async () => {
          const { fullName, version } = versionOf(args);
          await compareVersions(
            walk,
            places,
            api,
            fullName,
            version,
            (args.base as string | undefined) ?? ''
          );
        })
    });
    commands.addCommand(CommandIDs.openVersion, {
      label: trans.__('Read Version'),
      describedBy: ONE_VERSION,
      execute: args =>
        attempt(trans.__('Can’t open the version'), async () => {
          const { fullName, version } = versionOf(args);
          const found = await api.version(fullName, version);
          if (!(factory instanceof NotebookWidgetFactory)) {
            throw new Error(trans.__('There are no notebooks here.'));
          }
          const name = trans.__('%1 version %2', found.full_name, found.version);
          const view = versionView(
            factory,
            found.content,
            trans.__('%1 · read only', name),
            [CommandIDs.restoreVersion, CommandIDs.compareVersions].map(id => ({
              label: commands.label(id),
              execute: () => void commands.execute(id, args)
            }))
          );
          showInMain(app, view, { label: name, icon: repoIcon }, trans.__('Published version'));
        })
    });
    commands.addCommand(CommandIDs.restoreVersion, {
      label: trans.__('Restore…'),
      describedBy: ONE_VERSION,
      execute: args =>
        attempt(trans.__('Can’t restore the version'), async () => {
          const { fullName, version } = versionOf(args);
          await restoreVersion(walk, places, api, fullName, version);
        })
    });
    const changed = () => commands.notifyCommandChanged(CommandIDs.comparePublished);
    tracker?.currentChanged.connect(changed);
    tracker?.widgetAdded.connect((_, { context }) => {
      context.model.metadataChanged.connect(changed); // where it says what it was published as
      void context.ready.then(changed);
    });
    palette?.addItem({
      command: CommandIDs.comparePublished,
      category: trans.__('Repository'),
      args: { isPalette: true }
    });
  }
};

function versionOf(args: ReadonlyPartialJSONObject): { fullName: string; version: string } {
  return { fullName: args.fullName as string, version: args.version as string };
}
