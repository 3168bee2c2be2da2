import { ServerConnection } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { RepositoryAPI } from '../api';
import { AccountModel } from './account';
import { DetailModel } from './detail';
import { JobsModel } from './jobs';
import { NotificationsModel } from './notifications';
import { OrganizationsModel } from './organizations';
import { PreferencesModel } from './preferences';
import { SelectionModel } from './selection';
import { ThingsModel } from './things';
import { TokensModel } from './tokens';
import { ViewsModel } from './views';

/** The state of the repository, a part for each noun; widgets show it and commands change it. */
export interface IRepositoryModel extends IDisposable {
  readonly api: RepositoryAPI;
  readonly account: AccountModel;
  readonly things: ThingsModel;
  readonly detail: DetailModel;
  readonly jobs: JobsModel;
  readonly tokens: TokensModel;
  readonly selection: SelectionModel;
  readonly organizations: OrganizationsModel;
  readonly notifications: NotificationsModel;
  readonly preferences: PreferencesModel;
  readonly views: ViewsModel;

  /** Ask again for everything that is shown. */
  refresh(): Promise<void>;
}

export class RepositoryModel implements IRepositoryModel {
  constructor(settings: ServerConnection.ISettings) {
    this.api = new RepositoryAPI(settings);
    this.preferences = new PreferencesModel();
    this.views = new ViewsModel();
    this.account = new AccountModel(this.api, this.preferences);
    this.things = new ThingsModel(this.api);
    this.detail = new DetailModel(this.api, this.views);
    this.jobs = new JobsModel(this.api);
    this.tokens = new TokensModel(this.api, this.views);
    this.selection = new SelectionModel(this.api, this.things);
    this.organizations = new OrganizationsModel(this.api, this.views);
    this.notifications = new NotificationsModel(this.api, this.views);
    this.account.changed.connect(this._onAccount, this);
    this.jobs.finished.connect(this._onFinished, this);
  }

  readonly api: RepositoryAPI;
  readonly account: AccountModel;
  readonly things: ThingsModel;
  readonly detail: DetailModel;
  readonly jobs: JobsModel;
  readonly tokens: TokensModel;
  readonly selection: SelectionModel;
  readonly organizations: OrganizationsModel;
  readonly notifications: NotificationsModel;
  readonly preferences: PreferencesModel;
  readonly views: ViewsModel;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async refresh(): Promise<void> {
    await this.account.refresh();
    if (this.account.state === 'ready') {
      const parts = [this.things, this.detail, this.tokens, this.organizations, this.notifications];
      await Promise.all(parts.map(part => part.refresh()));
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      const parts = [
        this.account,
        this.things,
        this.detail,
        this.jobs,
        this.tokens,
        this.selection,
        this.organizations,
        this.notifications,
        this.preferences,
        this.views
      ];
      parts.forEach(part => part.dispose());
    }
  }

  /** Another person, or another repository, is another list. */
  private _onAccount(): void {
    const { state, status } = this.account;
    const identity = state === 'ready' ? `${status?.account ?? ''}@${status?.url ?? ''}` : '';
    if (identity !== this._identity) {
      this._identity = identity;
      this._active = '';
      this.detail.close();
      this.tokens.close();
      this.organizations.close();
      this.notifications.clear();
      this.selection.stop();
      this.things.clear();
      if (identity) {
        this._showActive();
        void this.things.refresh();
        void this.notifications.refresh();
      }
    } else if (identity) {
      this._showActive();
    }
  }

  /** My things are those of the active account, where there are several. */
  private _showActive(): void {
    const { account, things } = this;
    if (account.active !== this._active) {
      this._active = account.active;
      things.channel = account.channels.length > 1 ? account.active : '';
    }
  }

  private _onFinished(): void {
    void this.things.refresh();
    void this.detail.refresh();
  }

  private _identity = '';
  private _active = '';
  private _isDisposed = false;
}
