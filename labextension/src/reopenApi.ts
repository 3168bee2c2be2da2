import { RepositoryAPI } from './api';
import { Kind } from './documents/things';

/** What a pasted link leads to. */
export interface IResolved {
  full_name: string;
  owner: string;
  name: string;
  /** null where the link names none */
  version: string | null;
  kind: Kind;
  url: string;
}

/** What making an environment again would do, and from where. */
export interface IEnvironmentPlan {
  lock: boolean;
  /** names what is shown here; another lock has another one */
  id: string;
  platform: string;
  python: string;
  /** it is on this machine already */
  cached: boolean;
  /** numbers of packages */
  conda: number;
  pip: number;
  /** what was installed from the author's own machine and can't be had */
  left_out: string[];
  /** addresses of the conda channels */
  channels: string[];
  hosts: string[];
  /** addresses of the Python indexes, in the order of asking; without credentials */
  indexes: string[];
  notice: string | null;
  /** its environment.yml is solved for this machine, as its lock is none or another machine's */
  solve: boolean;
  /** why it can't be made, in words */
  refused: string | null;
}

/** What opening a published notebook would do. */
export interface IReopenPlan {
  full_name: string;
  version: string;
  /** the name of its file; null where it holds no notebook */
  notebook: string | null;
  /** null where it was published without one */
  environment: IEnvironmentPlan | null;
}

/** An environment that was made again on this machine. */
export interface IEnvironment {
  id: string;
  kernel: string;
  display_name: string;
  full_name: string;
  version: string;
  python: string;
  platform: string;
  /** bytes */
  size: number;
  packages: number;
  created_at: string;
  last_used_at: string;
  /** kernels that run in it */
  running: number;
}

/** The endpoints about opening published notebooks, and about the environments made for them. */
export class ReopenAPI {
  constructor(private readonly _api: RepositoryAPI) {}

  /** What a link, or `owner/name`, leads to. */
  resolve(text: string): Promise<IResolved> {
    return this._api.ask('resolve', { query: { text } });
  }

  /** What opening a version (the latest if '') would do; nothing is made. */
  look(fullName: string, version: string): Promise<IReopenPlan> {
    return this._api.ask('reopen', { query: { full_name: fullName, version } });
  }

  /**
   * Open what was looked at; answers the id of the job.
   *
   * @param environment - whether its environment is made, or the notebook comes alone
   */
  async open(plan: IReopenPlan, directory: string, environment: boolean): Promise<string> {
    const { full_name, version } = plan;
    const id = environment ? (plan.environment?.id ?? '') : '';
    const body = { full_name, version, directory, environment, id };
    return (await this._api.ask<{ job: string }>('reopen', { method: 'POST', body })).job;
  }

  /** The environments of this machine, what was used last first. */
  async environments(): Promise<IEnvironment[]> {
    const answer = await this._api.ask<{ environments: IEnvironment[] }>('environments');
    return answer.environments;
  }

  removeEnvironment(id: string): Promise<void> {
    return this._api.ask(`environments/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }
}
