import { Clipboard, showErrorMessage } from '@jupyterlab/apputils';
import { isSignedOut, messageOf, refusalOf } from '../request';
import { isOver, ITask, packageOf } from '../model/jobs';
import { openPage } from '../pages';
import { IOutcome, showOutcome, withToast } from '../toast';
import { IPublishChoices, IPublishPreview } from '../documents/publishing';
import { askHowToPublish } from '../widgets/publishDialog';
import { INotebookSource } from './notebook';
import { ensureReady, IWalk, wayOut } from './ready';
import { thumbnailOf } from './thumbnail';

/**
 * Publish a notebook: save it, ask how, wait for the end, say where it is.
 *
 * @param attachEnvironment - whether the environment is attached unless the user says otherwise
 */
export async function publishNotebook(
  walk: IWalk,
  notebook: INotebookSource,
  attachEnvironment: boolean
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
  let preview: IPublishPreview | null;
  try {
    await notebook.save();
    preview = await firstPreview(walk, notebook);
  } catch (reason) {
    await showErrorMessage(trans.__('Can’t publish %1', notebook.path), messageOf(reason));
    return;
  }
  if (!preview) {
    return;
  }
  const picture = await pictureOf(notebook, preview);
  const publication = await askHowToPublish(trans, model.api, notebook, preview, {
    attachEnvironment,
    picture,
    reveal: cell => notebook.reveal(cell)
  });
  if (!publication) {
    return;
  }
  const send = async (): Promise<void> => {
    const start = () => model.api.publish(notebook, publication);
    const task = await withToast(
      trans,
      model.jobs.track('publish', notebook.path, start, () => void send()),
      trans.__('Publishing %1…', notebook.path),
      end => outcomeOf(walk, end)
    );
    if (task.state === 'done') {
      await remember(walk, notebook, publication.choices);
    }
  };
  await send();
}

/** What publishing would do; asks to sign in where the repository has forgotten who asks. */
async function firstPreview(
  walk: IWalk,
  notebook: INotebookSource
): Promise<IPublishPreview | null> {
  try {
    return await previewOf(walk, notebook);
  } catch (reason) {
    if (!isSignedOut(refusalOf(reason).code)) {
      throw reason;
    }
    await walk.model.account.refresh();
    return (await ensureReady(walk)) ? previewOf(walk, notebook) : null;
  }
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

/** The preview of the channel that the notebook remembers, unless it is none of mine any more. */
async function previewOf(walk: IWalk, notebook: INotebookSource): Promise<IPublishPreview> {
  const { api } = walk.model;
  const preview = await api.previewPublish(notebook);
  const { channels, channel, name } = preview;
  return channels.length === 0 || channels.some(mine => mine.name === channel)
    ? preview
    : api.previewPublish(notebook, channels[0].name, name);
}

function outcomeOf(walk: IWalk, task: ITask): IOutcome | null {
  const { model, trans } = walk;
  if (task.state === 'failed') {
    const message = trans.__('%1 was not published: %2', task.title, task.error);
    return {
      type: 'error',
      message,
      actions: wayOut(walk, task.code, () => model.jobs.retry(task))
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
  choices: IPublishChoices
): Promise<void> {
  try {
    await notebook.remember(choices);
  } catch (reason) {
    const { trans } = walk;
    const message = trans.__('The choices were not kept in the notebook: %1', messageOf(reason));
    showOutcome(trans, { type: 'info', message });
  }
}
