import { ITask } from '../model/jobs';
import { IReopenPlan, ReopenAPI } from '../reopenApi';
import { IOutcome, showOutcome, withToast } from '../toast';
import { CommandIDs } from '../tokens';
import { askForLink, askToReopen } from '../widgets/reopenDialog';
import { IPlaces } from './compare';
import { ensureReady, IWalk, wayOut } from './ready';
import { announce, folder } from './restore';

/**
 * Open a published notebook: show what is installed and from where, make its environment, open it with that kernel.
 *
 * @param version - the latest if ''
 */
export async function reopenNotebook(
  walk: IWalk,
  places: IPlaces,
  api: ReopenAPI,
  fullName: string,
  version: string
): Promise<void> {
  if (!(await ensureReady(walk))) {
    return;
  }
  const plan = await api.look(fullName, version);
  if (plan.notebook === null) {
    throw new Error(walk.trans.__('%1 %2 holds no notebook.', fullName, plan.version));
  }
  const environment = await askToReopen(walk.trans, plan);
  if (environment !== null) {
    await open(walk, places, api, plan, environment);
  }
}

/** Open what a pasted link leads to. */
export async function reopenLink(walk: IWalk, places: IPlaces, api: ReopenAPI): Promise<void> {
  if (!(await ensureReady(walk))) {
    return;
  }
  const { trans, model, commands } = walk;
  const found = await askForLink(trans, text => api.resolve(text));
  if (found === null) {
    return;
  }
  const { full_name: fullName, version, kind } = found;
  if (kind === 'ipynb') {
    await reopenNotebook(walk, places, api, fullName, version ?? '');
  } else {
    await commands.execute(CommandIDs.showPanel);
    await model.detail.open(fullName);
  }
}

async function open(
  walk: IWalk,
  places: IPlaces,
  api: ReopenAPI,
  plan: IReopenPlan,
  environment: boolean
): Promise<void> {
  const { model, trans } = walk;
  const directory = folder(places);
  const task = await withToast(
    trans,
    model.jobs.track('reopen', plan.full_name, () => api.open(plan, directory, environment)),
    trans.__('Opening %1…', plan.full_name),
    end => failure(walk, places, api, plan, end),
    end => model.jobs.left([end])
  );
  const { opened } = task;
  if (opened) {
    await places.app.serviceManager.kernelspecs.refreshSpecs(); // or the new kernel is not known yet
    announce(walk, places, opened.path, trans.__('Opened %1 as %2', plan.full_name, opened.path));
    if (opened.notice) {
      showOutcome(trans, { type: 'info', message: opened.notice });
    }
  }
}

function failure(
  walk: IWalk,
  places: IPlaces,
  api: ReopenAPI,
  plan: IReopenPlan,
  task: ITask
): IOutcome | null {
  if (task.state !== 'failed') {
    return null;
  }
  const { trans } = walk;
  const again = () => reopenNotebook(walk, places, api, plan.full_name, plan.version);
  const look = { label: trans.__('Look again'), callback: () => void again() };
  const actions = task.code === 'changed' ? [look] : wayOut(walk, task.code, again);
  const message = trans.__('%1 was not opened: %2', plan.full_name, task.error);
  return { type: 'error', message, actions };
}
