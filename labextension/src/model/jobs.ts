import { ISignal, Signal } from '@lumino/signaling';
import { RepositoryAPI } from '../api';
import { isSignedOut, messageOf, RepositoryError } from '../request';
import { IJob, IJobResult, IOpened } from '../documents/jobs';
import { IUploadChoices } from '../documents/publishing';
import { Model } from './base';

const POLL_INTERVAL = 500;
/** How often in a row the server may fail to answer about a job before it is given up. */
const MAX_SILENCE = 20;
/** How long a success stays; a failure stays until it is dismissed. */
const SUCCESS_SHOWN = 20_000;

/** A publication, an upload or an opening, from the click to the end. */
export interface ITask {
  readonly id: number;
  readonly kind: 'publish' | 'upload' | 'reopen' | 'suggest';
  /** the file, or `owner/name` of what is opened or changed, for people */
  readonly title: string;
  state: 'waiting' | 'sending' | 'running' | 'done' | 'failed' | 'cancelled';
  stage: string;
  /** 0…1, or null where nobody knows */
  fraction: number | null;
  /** which of how many stages it is, counted from 1; null where nobody knows */
  step: number | null;
  steps: number | null;
  /** what was published or uploaded */
  result: IJobResult | null;
  /** what was opened */
  opened: IOpened | null;
  error: string;
  /** the repository's word for the error, such as `already_exists` */
  code: string;
  /** do it once more with the same choices; null where only a dialog can */
  again: (() => void) | null;
  /** ask once more how to do it; null where nothing was asked */
  change: (() => void) | null;
  /** do it once more, replacing what is there; only for uploads */
  replace: (() => void) | null;
  /** what is uploaded: a file of the browser, or the path of one that the Jupyter server has */
  source: File | string | null;
}

interface IRunningTask extends ITask {
  jobId: string | null;
  abort: AbortController;
}

/** All publications, uploads and openings of this page. */
export class JobsModel extends Model {
  constructor(private readonly _api: RepositoryAPI) {
    super();
  }

  get tasks(): readonly ITask[] {
    return this._tasks;
  }

  get running(): readonly ITask[] {
    return this._tasks.filter(task => !isOver(task));
  }

  /** A task came to its end, one way or another. */
  get finished(): ISignal<this, ITask> {
    return this._finished;
  }

  /**
   * Start a task whose job `start` asks the server for; resolves at its end.
   *
   * @param again - starts it once more with the same choices, should it fail
   * @param change - asks for other choices, should these be refused
   */
  track(
    kind: ITask['kind'],
    title: string,
    start: () => Promise<string>,
    again: (() => void) | null = null,
    change: (() => void) | null = null
  ): Promise<ITask> {
    const task = this._add(kind, title);
    task.state = 'running';
    task.again = again;
    task.change = change;
    return this._walk(task, start);
  }

  /** Upload files of the browser, one after the other so that each has the whole line. */
  uploadFiles(files: { file: File; choices: IUploadChoices }[]): Promise<ITask[]> {
    const ends = files.map(({ file, choices }) => {
      const task = this._add('upload', file.name);
      const before = this._queue;
      const end = before.then(() => this._send(task, file, choices));
      this._queue = end.then(() => undefined);
      return end;
    });
    return Promise.all(ends);
  }

  /** Upload a file that the Jupyter server has. */
  uploadPath(path: string, choices: IUploadChoices): Promise<ITask> {
    const task = this._add('upload', path.split('/').pop() ?? path);
    task.state = 'running';
    task.source = path;
    task.again = () => void this.uploadPath(path, choices);
    task.replace = () => {
      this.dismiss(task);
      void this.uploadPath(path, { ...choices, force: true });
    };
    return this._walk(task, () => this._api.uploadPath(path, choices));
  }

  cancel(task: ITask): void {
    const running = task as IRunningTask;
    running.abort.abort();
    if (running.jobId !== null && task.state === 'running') {
      this._api.cancelJob(running.jobId).catch((reason: unknown) => {
        task.stage = messageOf(reason);
        this.emit();
      });
    } else if (task.state === 'waiting') {
      task.state = 'cancelled';
      this.emit();
    }
  }

  /** Do a task that failed once more, with the same choices; nothing where that was done already. */
  retry(task: ITask): void {
    this._instead(task, task.again);
  }

  /** Ask once more how to do a task that was refused; nothing where that was done already. */
  change(task: ITask): void {
    this._instead(task, task.change);
  }

  /** Go on with what failed because nobody was signed in. */
  resume(): void {
    this._tasks.filter(({ code }) => isSignedOut(code)).forEach(task => this.retry(task));
  }

  dismiss(task: ITask): void {
    this._tasks = this._tasks.filter(other => other !== task);
    this.emit();
  }

  /** Resolves when none of these is listed any more: each was dismissed, or is done once more. */
  left(tasks: readonly ITask[]): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (!this.tasks.some(task => tasks.includes(task))) {
          this.changed.disconnect(look);
          resolve();
        }
      };
      this.changed.connect(look);
      look();
    });
  }

  dismissFinished(): void {
    this._tasks = this._tasks.filter(task => !isOver(task));
    this.emit();
  }

  private _instead(task: ITask, action: (() => void) | null): void {
    if (action && task.state === 'failed' && this._tasks.some(({ id }) => id === task.id)) {
      this.dismiss(task);
      action();
    }
  }

  private _add(kind: ITask['kind'], title: string): IRunningTask {
    const task: IRunningTask = {
      id: this._next++,
      kind,
      title,
      state: 'waiting',
      stage: '',
      fraction: null,
      step: null,
      steps: null,
      result: null,
      opened: null,
      error: '',
      code: '',
      again: null,
      change: null,
      replace: null,
      source: null,
      jobId: null,
      abort: new AbortController()
    };
    this._tasks = [task, ...this._tasks];
    this.emit();
    return task;
  }

  private _send(task: IRunningTask, file: File, choices: IUploadChoices): Promise<ITask> {
    if (task.abort.signal.aborted) {
      return Promise.resolve(task);
    }
    task.state = 'sending';
    task.source = file;
    task.again = () => void this.uploadFiles([{ file, choices }]);
    task.replace = () => {
      this.dismiss(task);
      void this.uploadFiles([{ file, choices: { ...choices, force: true } }]);
    };
    const progress = (fraction: number) => {
      task.fraction = fraction;
      this.emit();
    };
    const signal = task.abort.signal;
    return this._walk(task, () => this._api.uploadFile(file, choices, progress, signal));
  }

  /** From the start of the job to its end; failures end in the task, never in an exception. */
  private async _walk(task: IRunningTask, start: () => Promise<string>): Promise<ITask> {
    this.emit();
    try {
      task.jobId = await start();
      task.state = 'running';
      task.fraction = null;
      this.emit();
      if (task.abort.signal.aborted) {
        this.cancel(task); // cancelled between the last byte and the job's id
      }
      await this._poll(task, task.jobId);
    } catch (reason) {
      task.state = task.abort.signal.aborted ? 'cancelled' : 'failed';
      task.error = messageOf(reason);
      task.code = reason instanceof RepositoryError ? reason.code : '';
    }
    this.emit();
    this._finished.emit(task);
    if ((task as ITask).state === 'done') {
      window.setTimeout(() => this.dismiss(task), SUCCESS_SHOWN);
    }
    return task;
  }

  private async _poll(task: IRunningTask, id: string): Promise<void> {
    let silence = 0;
    while (!this.isDisposed) {
      let job: IJob;
      try {
        job = await this._api.job(id);
        silence = 0;
      } catch (reason) {
        silence += 1;
        if (reason instanceof RepositoryError || silence > MAX_SILENCE) {
          throw reason;
        }
        await pause();
        continue;
      }
      task.stage = job.stage;
      task.fraction = job.fraction;
      task.step = job.step;
      task.steps = job.steps;
      if (job.state !== 'running') {
        task.state = job.state;
        keep(task, job.result);
        task.error = job.error?.message ?? '';
        task.code = job.error?.code ?? '';
        return;
      }
      this.emit();
      await pause();
    }
  }

  private _tasks: IRunningTask[] = [];
  private _next = 1;
  private _queue: Promise<void> = Promise.resolve();
  private readonly _finished = new Signal<this, ITask>(this);
}

/** Keep what a job made where its kind belongs. */
function keep(task: ITask, result: IJob['result']): void {
  if (result && 'path' in result) {
    task.opened = result;
  } else if (result && 'package' in result) {
    task.result = result;
  }
}

/** Whether nothing more will happen to a task. */
export function isOver(task: ITask): boolean {
  return task.state === 'done' || task.state === 'failed' || task.state === 'cancelled';
}

/** `owner/name` of what a finished job made. */
export function packageOf(result: IJobResult): string {
  return typeof result.package === 'string' ? result.package : result.package.full_name;
}

function pause(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, POLL_INTERVAL));
}
