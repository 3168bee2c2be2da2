import { checkIcon, closeIcon, errorIcon } from '@jupyterlab/ui-components';
import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { repoIcon } from '../icon';
import { isOver, ITask, packageOf } from '../model/jobs';
import { CommandIDs } from '../tokens';
import { usePanel } from './context';
import { IconButton } from './IconButton';
import { isRefused, isSignedOut, mayPass } from '../request';

/** The stage, and which of how many it is where that is known. */
function running(trans: TranslationBundle, task: ITask): string {
  const { step, steps } = task;
  const stage = task.stage || trans.__('Working…');
  return step && steps ? trans.__('%1 (%2 of %3)', stage, step, steps) : stage;
}

/** What a task is doing, or how it ended. */
function says(trans: TranslationBundle, task: ITask): string {
  switch (task.state) {
    case 'waiting':
      return trans.__('Waiting');
    case 'sending':
      return task.fraction === null
        ? trans.__('Sending…')
        : trans.__('Sending… %1 %', Math.round(task.fraction * 100));
    case 'running':
      return running(trans, task);
    case 'done':
      return task.result || task.opened ? '' : trans.__('Done');
    case 'failed':
      return task.error;
    case 'cancelled':
      return trans.__('Cancelled');
  }
}

/** Would another channel or another access do? The person lacks the right there, or the plan is at its end. */
function needsOther(code: string): boolean {
  return isRefused(code) || code === 'quota_exceeded';
}

function Task(props: { task: ITask }): React.JSX.Element {
  const { trans, model, commands, uploadElsewhere } = usePanel();
  const { task } = props;
  const over = isOver(task);
  const Icon = task.state === 'done' ? checkIcon : task.state === 'failed' ? errorIcon : repoIcon;
  const { result, opened } = task;
  return (
    <li className="jp-Repo-task" data-state={task.state}>
      <Icon.react tag="span" className="jp-Repo-taskIcon" width="16px" height="16px" />
      <div className="jp-Repo-taskMain">
        <div className="jp-Repo-name" title={task.title}>
          {task.title}
        </div>
        {!over && (
          <progress aria-label={task.title} value={task.fraction ?? undefined} max={1}></progress>
        )}
        <div
          className="jp-Repo-secondary jp-Repo-taskSays"
          role={task.state === 'failed' ? 'alert' : 'status'}
        >
          {says(trans, task)}
        </div>
        {task.state === 'failed' && task.code === 'already_exists' && task.replace && (
          <button type="button" className="jp-Repo-link" onClick={task.replace}>
            {trans.__('Replace the file')}
          </button>
        )}
        {task.state === 'failed' && isSignedOut(task.code) && !task.again && (
          <button
            type="button"
            className="jp-Repo-link"
            onClick={() => void commands.execute(CommandIDs.signIn)}
          >
            {trans.__('Sign in again')}
          </button>
        )}
        {task.state === 'failed' && task.again && mayPass(task.code) && (
          <button type="button" className="jp-Repo-link" onClick={() => model.jobs.retry(task)}>
            {trans.__('Try again')}
          </button>
        )}
        {task.state === 'failed' && task.change && !mayPass(task.code) && (
          <button type="button" className="jp-Repo-link" onClick={() => model.jobs.change(task)}>
            {trans.__('Change and publish again…')}
          </button>
        )}
        {task.state === 'failed' && needsOther(task.code) && task.source && (
          <button type="button" className="jp-Repo-link" onClick={() => uploadElsewhere(task)}>
            {trans.__('Choose another channel')}
          </button>
        )}
        {task.state === 'done' && result && (
          <button
            type="button"
            className="jp-Repo-link"
            title={trans.__('Show details')}
            onClick={() => void model.detail.open(packageOf(result))}
          >
            {trans.__('%1 · %2', packageOf(result), result.version)}
          </button>
        )}
        {task.state === 'done' && opened && (
          <button
            type="button"
            className="jp-Repo-link"
            title={trans.__('Open the file')}
            onClick={() => void commands.execute('docmanager:open', { path: opened.path })}
          >
            {opened.path}
          </button>
        )}
      </div>
      <IconButton
        icon={closeIcon}
        label={
          over ? trans.__('Remove %1 from the list', task.title) : trans.__('Cancel %1', task.title)
        }
        onClick={() => {
          if (over) {
            model.jobs.dismiss(task);
          } else {
            model.jobs.cancel(task);
          }
        }}
      />
    </li>
  );
}

/** Publications, uploads and openings, running and over. */
export function TaskList(props: { tasks: readonly ITask[] }): React.JSX.Element | null {
  const { trans, model } = usePanel();
  const { tasks } = props;
  if (tasks.length === 0) {
    return null;
  }
  return (
    <section
      className="jp-Repo-tasks"
      aria-label={trans.__('Activity')}
      aria-busy={tasks.some(task => !isOver(task))}
    >
      <ul>
        {tasks.map(task => (
          <Task key={task.id} task={task} />
        ))}
      </ul>
      {tasks.filter(isOver).length > 1 && (
        <button type="button" className="jp-Repo-link" onClick={() => model.jobs.dismissFinished()}>
          {trans.__('Clear finished')}
        </button>
      )}
    </section>
  );
}
