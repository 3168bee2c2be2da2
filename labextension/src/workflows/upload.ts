import { Contents } from '@jupyterlab/services';
import { ITask, packageOf } from '../model/jobs';
import { openPage } from '../pages';
import { IOutcome, showOutcome, withToast } from '../toast';
import { askHowToUpload } from '../widgets/uploadDialog';
import { isRemote } from './notebook';
import { ensureReady, IWalk } from './ready';

/** Let the user choose files of this machine; none if the picker is closed. */
export function pickFiles(): Promise<File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  return new Promise(resolve => {
    input.addEventListener('change', () => resolve(Array.from(input.files ?? [])));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** Upload files of the browser, once the user has said where to. */
export async function uploadFiles(walk: IWalk, files: File[]): Promise<void> {
  const { model, trans } = walk;
  if (files.length === 0 || !(await ensureReady(walk))) {
    return;
  }
  const choices = await askHowToUpload(trans, model, files);
  if (choices) {
    const pairs = files.map((file, index) => ({ file, choices: choices[index] }));
    await announce(walk, model.jobs.uploadFiles(pairs));
  }
}

/** Upload files of the file browser, once the user has said where to. */
export async function uploadPaths(
  walk: IWalk,
  contents: Contents.IManager,
  files: { path: string; name: string; size: number | null }[]
): Promise<void> {
  const { model, trans } = walk;
  if (files.length === 0 || !(await ensureReady(walk))) {
    return;
  }
  const choices = await askHowToUpload(trans, model, files);
  if (choices) {
    const pairs = files.map(({ path }, index) => ({ path, choices: choices[index] }));
    const here = pairs
      .filter(({ path }) => !isRemote(contents, path))
      .map(one => model.jobs.uploadPath(one.path, one.choices));
    const remote = pairs.filter(({ path }) => isRemote(contents, path));
    const read = async () =>
      model.jobs.uploadFiles(
        await Promise.all(
          remote.map(async one => ({ ...one, file: await fileAt(contents, one.path) }))
        )
      );
    await announce(
      walk,
      Promise.all([Promise.all(here), read()]).then(ends => ends.flat())
    );
  }
}

/** A file of a drive that the Jupyter server can't read. */
async function fileAt(contents: Contents.IManager, path: string): Promise<File> {
  const model = await contents.get(path, { type: 'file', format: 'base64' });
  const bytes = Uint8Array.from(atob(model.content as string), letter => letter.charCodeAt(0));
  return new File([bytes], model.name);
}

/** Upload what was dragged here from the file browser; folders stay behind, and it is said. */
export async function uploadDropped(
  walk: IWalk,
  contents: Contents.IManager,
  paths: string[]
): Promise<void> {
  const { trans } = walk;
  const models = await Promise.all(paths.map(path => contents.get(path, { content: false })));
  const files = models.filter(({ type }) => type !== 'directory');
  if (files.length < models.length) {
    const message = trans.__('Folders can’t be uploaded; choose the files in them.');
    showOutcome(trans, { type: 'info', message });
  }
  await uploadPaths(
    walk,
    contents,
    files.map(({ path, name, size }) => ({ path, name, size: size ?? null }))
  );
}

async function announce(walk: IWalk, work: Promise<ITask[]>): Promise<void> {
  const { model, trans } = walk;
  await withToast(
    trans,
    work,
    trans.__('Uploading…'),
    tasks => outcomeOf(walk, tasks),
    tasks => model.jobs.left(tasks.filter(({ state }) => state === 'failed'))
  );
}

/** One toast for all files: what went wrong first, else what was done. */
function outcomeOf(walk: IWalk, tasks: ITask[]): IOutcome | null {
  const { model, trans } = walk;
  const failed = tasks.filter(task => task.state === 'failed');
  const done = tasks.filter(task => task.state === 'done');
  if (failed.length > 0) {
    const { title, error } = failed[0];
    const first = error.includes(title) ? error : `${title}: ${error}`;
    const more = trans._n('%1 other file failed.', '%1 other files failed.', failed.length - 1);
    return { type: 'error', message: failed.length > 1 ? `${first} ${more}` : first };
  }
  const [only] = done;
  if (done.length === 1 && only.result) {
    const name = packageOf(only.result);
    return {
      type: 'success',
      message: trans.__('Uploaded %1, version %2', name, only.result.version),
      actions: [{ label: trans.__('Open'), callback: () => openPage(model.api, `/${name}`) }]
    };
  }
  return done.length > 0
    ? { type: 'success', message: trans._n('Uploaded %1 file', 'Uploaded %1 files', done.length) }
    : null;
}
