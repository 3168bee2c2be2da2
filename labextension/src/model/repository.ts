import { ServerConnection } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { RepositoryAPI } from '../api';
import { AccountModel } from './account';
import { DetailModel } from './detail';
import { JobsModel } from './jobs';
import { ThingsModel } from './things';
import { TokensModel } from './tokens';

/** The state of the repository, a part for each noun; widgets show it and commands change it. */
export interface IRepositoryModel extends IDisposable {
  readonly api: RepositoryAPI;
  readonly account: AccountModel;
  readonly things: ThingsModel;
  readonly detail: DetailModel;
  readonly jobs: JobsModel;
  readonly tokens: TokensModel;

  /** Ask again for everything that is shown. */
  refresh(): Promise<void>;
}

export class RepositoryModel implements IRepositoryModel {
  constructor(settings: ServerConnection.ISettings) {
    this.api = new RepositoryAPI(settings);
    this.account = new AccountModel(this.api);
    this.things = new ThingsModel(this.api);
    this.detail = new DetailModel(this.api);
    this.jobs = new JobsModel(this.api);
    this.tokens = new TokensModel(this.api);
    this.account.changed.connect(this._onAccount, this);
    this.jobs.finished.connect(this._onFinished, this);
  }

  readonly api: RepositoryAPI;
  readonly account: AccountModel;
  readonly things: ThingsModel;
  readonly detail: DetailModel;
  readonly jobs: JobsModel;
  readonly tokens: TokensModel;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async refresh(): Promise<void> {
    await this.account.refresh();
    if (this.account.state === 'ready') {
      await Promise.all([this.things.refresh(), this.detail.refresh(), this.tokens.refresh()]);
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      const parts = [this.account, this.things, this.detail, this.jobs, this.tokens];
      parts.forEach(part => part.dispose());
    }
  }

  /** Another person, or another repository, is another list. */
  private _onAccount(): void {
    const { state, status } = this.account;
    const identity = state === 'ready' ? `${status?.account ?? ''}@${status?.url ?? ''}` : '';
    if (identity !== this._identity) {
      this._identity = identity;
      this.detail.close();
      this.tokens.close();
      this.things.clear();
      if (identity) {
        void this.things.refresh();
      }
    }
  }

  private _onFinished(): void {
    void this.things.refresh();
    void this.detail.refresh();
  }

  private _identity = '';
  private _isDisposed = false;
}
