import { Clipboard, showErrorMessage } from '@jupyterlab/apputils';
import { isSignedOut, mayPass, messageOf, refusalOf } from '../request';
import { isOver, ITask, packageOf } from '../model/jobs';
import { NotebookAPI } from '../notebookApi';
import { openPage } from '../pages';
import { IOutcome, showOutcome, withToast } from '../toast';
import { CommandIDs } from '../tokens';
import { IPublishChoices, IPublishPreview } from '../documents/publishing';
import { askToFork } from '../widgets/forkDialog';
import { askHowToPublish } from '../widgets/publishDialog';
import { INotebookSource } from './notebook';
import { ensureReady, IWalk, wayOut } from './ready';
import { thumbnailOf } from './thumbnail';

/**
 * Publish a notebook: save it, ask how, wait for the end, say where it is.
 *
 * @param attachEnvironment - whether the environment is attached unless the user says otherwise
 * @param refused - the choices that were refused before; null: those that the notebook remembers
 */
export async function publishNotebook(
  walk: IWalk,
  notebook: INotebookSource,
  attachEnvironment: boolean,
  refused: IPublishChoices | null = null
): Promise<void> {
  const { model, trans } = walk;
  if (isPublishing(walk, notebook.path)) {
    showOutcome(trans, {
      type: 'info',
      message: trans.__('%1 is being published.', notebook.path)
    });
    return;
  }
  if (!(await ensureReady(walk))) {
    return;
  }
  let asked: [IPublishPreview, string | null] | null;
  try {
    await notebook.save();
    asked = await firstPreview(walk, notebook, refused);
  } catch (reason) {
    await showErrorMessage(trans.__('Can’t publish %1', notebook.path), messageOf(reason));
    return;
  }
  if (!asked) {
    return;
  }
  const [preview, foreign] = asked;
  const picture = await pictureOf(notebook, preview);
  const publication = await askHowToPublish(trans, model.api, notebook, preview, {
    attachEnvironment,
    picture,
    foreign,
    reveal: cell => notebook.reveal(cell),
    fork: async fullName => {
      if (await forkTo(walk, notebook, preview, fullName)) {
        await publishNotebook(walk, notebook, attachEnvironment);
      }
    },
    suggest: notebook.isOpen
      ? async () => {
          await walk.commands.execute(CommandIDs.suggestChange);
        }
      : null
  });
  if (!publication) {
    return;
  }
  const work = async (): Promise<ITask> => {
    const start = () => model.api.publish(notebook, publication);
    const { choices } = publication;
    const change = () => void publishNotebook(walk, notebook, attachEnvironment, choices);
    const task = await model.jobs.track('publish', notebook.path, start, () => void send(), change);
    if (task.state === 'done') {
      await remember(walk, notebook, choices, task.result?.version ?? '');
    }
    return task; // it is told when nothing is left to do: the notebook may be closed then
  };
  const send = async (): Promise<void> => {
    await withToast(
      trans,
      work(),
      trans.__('Publishing %1…', notebook.path),
      end => outcomeOf(walk, end),
      end => model.jobs.left([end])
    );
  };
  await send();
}

/** What publishing would do; asks to sign in where the repository has forgotten who asks. */
async function firstPreview(
  walk: IWalk,
  notebook: INotebookSource,
  refused: IPublishChoices | null
): Promise<[IPublishPreview, string | null] | null> {
  try {
    return await previewOf(walk, notebook, refused);
  } catch (reason) {
    if (!isSignedOut(refusalOf(reason).code)) {
      throw reason;
    }
    await walk.model.account.refresh();
    return (await ensureReady(walk)) ? previewOf(walk, notebook, refused) : null;
  }
}

/** Fork what the notebook was opened from; it belongs to the fork then. False if the user goes back. */
async function forkTo(
  walk: IWalk,
  notebook: INotebookSource,
  preview: IPublishPreview,
  fullName: string
): Promise<boolean> {
  const { trans, model } = walk;
  let made = false;
  await askToFork(trans, model, fullName, async choice => {
    const fork = await new NotebookAPI(model.api).fork(fullName, null, choice);
    const { summary, environment, thumbnail } = preview;
    const version = fork.package.latest_version ?? '';
    await remember(walk, notebook, { ...choice, summary, environment, thumbnail }, version);
    void model.things.refresh();
    made = true;
  });
  return made;
}

/** The picture for lists; never one of a cell in which the guard found something. */
async function pictureOf(
  notebook: INotebookSource,
  preview: IPublishPreview
): Promise<string | null> {
  try {
    const suspicious = new Set(preview.findings.map(({ cell }) => cell));
    return await thumbnailOf(await notebook.content(), suspicious);
  } catch {
    return null; // a picture less is no reason not to publish
  }
}

function isPublishing(walk: IWalk, path: string): boolean {
  return walk.model.jobs.tasks.some(
    task => task.kind === 'publish' && task.title === path && !isOver(task)
  );
}

/**
 * The preview of what was refused, or of what the notebook remembers; where I may not publish there, of the same name in a channel of mine,
 * with what it was opened from.
 */
async function previewOf(
  walk: IWalk,
  notebook: INotebookSource,
  refused: IPublishChoices | null
): Promise<[IPublishPreview, string | null]> {
  const { api } = walk.model;
  if (refused) {
    const { channel, name, ...others } = refused;
    return [{ ...(await api.previewPublish(notebook, channel, name)), ...others }, null];
  }
  const preview = await api.previewPublish(notebook);
  const { channels, channel, name, can, exists } = preview;
  if (can || channels.length === 0 || channels.some(mine => mine.name === channel)) {
    return [preview, null];
  }
  const mine = await api.previewPublish(notebook, channels[0].name, name);
  return [mine, exists ? `${channel}/${name}` : null];
}

function outcomeOf(walk: IWalk, task: ITask): IOutcome | null {
  const { model, trans } = walk;
  if (task.state === 'failed') {
    const message = trans.__('%1 was not published: %2', task.title, task.error);
    const change = { label: trans.__('Change…'), callback: () => model.jobs.change(task) };
    return {
      type: 'error',
      message,
      actions: mayPass(task.code) ? wayOut(walk, task.code, () => model.jobs.retry(task)) : [change]
    };
  }
  const { result } = task;
  if (!result) {
    return null;
  }
  const name = packageOf(result);
  return {
    type: 'success',
    message: trans.__('Published %1, version %2', name, result.version),
    actions: [
      { label: trans.__('Open'), callback: () => openPage(model.api, `/${name}`) },
      { label: trans.__('Copy link'), callback: () => Clipboard.copyToSystem(result.url) }
    ]
  };
}

/** The notebook is published already, so a failure to note the choices is no more than a notice. */
async function remember(
  walk: IWalk,
  notebook: INotebookSource,
  choices: IPublishChoices,
  version: string
): Promise<void> {
  try {
    await notebook.remember(choices, version);
  } catch (reason) {
    const { trans } = walk;
    const message = trans.__('The choices were not kept in the notebook: %1', messageOf(reason));
    showOutcome(trans, { type: 'info', message });
  }
}
