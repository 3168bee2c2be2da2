import { INotebookContent } from '@jupyterlab/nbformat';
import { NotebookPanel } from '@jupyterlab/notebook';
import { diffIcon } from '../icon';
import { NotebookAPI } from '../notebookApi';
import { ReopenAPI } from '../reopenApi';
import { IOutcome, showOutcome, withToast } from '../toast';
import { CommandIDs } from '../tokens';
import { DiffView, IChoice } from '../widgets/diffView';
import { askToFork } from '../widgets/forkDialog';
import { showInMain } from '../widgets/mainArea';
import { askWhatToSuggest } from '../widgets/suggestDialog';
import { drawingOf, IPlaces } from './compare';
import { openNotebook, publishedAs, publishedVersion, reveal } from './notebook';
import { ensureReady, IWalk, wayOut } from './ready';

/** Copy a notebook into a channel of mine, and show the copy. */
export async function forkNotebook(walk: IWalk, api: NotebookAPI, fullName: string): Promise<void> {
  if (!(await ensureReady(walk))) {
    return;
  }
  const { trans, model, commands } = walk;
  await askToFork(trans, model, fullName, async choice => {
    const made = await api.fork(fullName, null, choice);
    const name = made.package.full_name;
    showOutcome(trans, { type: 'success', message: trans.__('Forked %1 as %2', fullName, name) });
    void model.things.refresh();
    await commands.execute(CommandIDs.showPanel);
    await model.detail.open(name);
  });
}

/** Suggest what an open notebook holds to the author of a published one. */
export async function suggestChange(
  walk: IWalk,
  places: IPlaces,
  api: NotebookAPI,
  panel: NotebookPanel
): Promise<void> {
  if (!(await ensureReady(walk))) {
    return;
  }
  const { model, trans } = walk;
  const { context } = panel;
  const notebook = openNotebook(panel, places.app.serviceManager.contents);
  await notebook.save(); // the server sends the file, unless it is in another drive
  const findings = await api.scan(notebook);
  const choice = await askWhatToSuggest(
    trans,
    { notebooks: api, links: new ReopenAPI(model.api) },
    drawingOf(places),
    { content: context.model.toJSON() as INotebookContent, title: context.path },
    findings,
    targetOf(panel) ?? model.detail.fullName ?? '',
    cell => reveal(panel, cell)
  );
  if (!choice) {
    return;
  }
  const { fullName, version, message, remedy } = choice;
  const suggestion = {
    full_name: fullName,
    ...(version ? { base_version: version } : {}),
    message,
    remedy
  };
  await withToast(
    trans,
    model.jobs.track('suggest', fullName, () => api.suggest(notebook, suggestion)),
    trans.__('Suggesting a change to %1…', fullName),
    (task): IOutcome | null => {
      if (task.state === 'failed') {
        const again = () => suggestChange(walk, places, api, panel);
        const text = trans.__('The change was not suggested: %1', task.error);
        return { type: 'error', message: text, actions: wayOut(walk, task.code, again) };
      }
      return task.state === 'done'
        ? {
            type: 'success',
            message: trans.__('Suggested to %1; you hear of the answer', fullName),
            actions: [
              {
                label: trans.__('Show'),
                callback: () => void walk.commands.execute(CommandIDs.showSuggestions)
              }
            ]
          }
        : null;
    },
    task => model.jobs.left([task])
  );
}

/** What a notebook that is open was made from. */
function targetOf(panel: NotebookPanel): string | null {
  const [fullName, version] = [publishedAs(panel), publishedVersion(panel)];
  return fullName && version ? `${fullName}==${version}` : fullName;
}

/** Show what a suggestion changes: in the version it was made from, and in the latest. */
export async function compareSuggestion(
  walk: IWalk,
  places: IPlaces,
  api: NotebookAPI,
  id: number
): Promise<void> {
  const { trans } = walk;
  const { to, author, base_version: base, latest_version: latest } = await api.suggestion(id);
  const version = (key: string): IChoice => ({
    key,
    label: trans.__('Version %1', key),
    side: () => ({ full_name: to, version: key })
  });
  const head = `suggestion ${id}`;
  const suggested: IChoice = {
    key: head,
    label: trans.__('Suggestion of %1', author),
    side: () => ({ suggestion: String(id) })
  };
  const versions = [...new Set([base, latest ?? base])].map(version);
  const view = new DiffView(trans, api, drawingOf(places), [suggested, ...versions], base, head);
  const label = trans.__('Suggestion of %1 to %2', author, to);
  showInMain(places.app, view, { label, icon: diffIcon }, trans.__('Comparison'));
}
