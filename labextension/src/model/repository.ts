import { ServerConnection } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { RepositoryAPI } from '../api';
import { OrganizationsAPI } from '../organizationsApi';
import { isSignedOut } from '../request';
import { AccountModel } from './account';
import { DetailModel } from './detail';
import { EnvironmentsModel } from './environments';
import { ITask, JobsModel } from './jobs';
import { NotificationsModel } from './notifications';
import { OrganizationsModel } from './organizations';
import { PreferencesModel } from './preferences';
import { SelectionModel } from './selection';
import { SuggestionsModel } from './suggestions';
import { ThingsModel } from './things';
import { TokensModel } from './tokens';
import { ViewsModel } from './views';

/** The state of the repository, a part for each noun; widgets show it and commands change it. */
export class RepositoryModel implements IDisposable {
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
    this.organizations = new OrganizationsModel(new OrganizationsAPI(this.api), this.views);
    this.notifications = new NotificationsModel(this.api, this.views);
    this.environments = new EnvironmentsModel(this.api, this.views);
    this.suggestions = new SuggestionsModel(this.api, this.views);
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
  readonly environments: EnvironmentsModel;
  readonly suggestions: SuggestionsModel;
  readonly preferences: PreferencesModel;
  readonly views: ViewsModel;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Ask again for everything that is shown. */
  async refresh(): Promise<void> {
    await this.account.refresh();
    if (this.account.state === 'ready') {
      await Promise.all([
        this.things.refresh(),
        this.detail.refresh(),
        this.tokens.refresh(),
        this.organizations.refresh(),
        this.notifications.refresh(),
        this.environments.refresh(),
        this.suggestions.refresh()
      ]);
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
        this.environments,
        this.suggestions,
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
      const same = identity !== '' && identity === this._last;
      this._last = identity || this._last;
      this._active = '';
      this.detail.close();
      this.tokens.close();
      this.organizations.close();
      this.notifications.clear();
      this.environments.close();
      this.suggestions.close();
      this.selection.stop();
      this.things.clear();
      if (identity) {
        this._showActive();
        void this.things.refresh();
        void this.notifications.refresh();
        if (same) {
          this.jobs.resume(); // nobody goes on with what somebody else began
        }
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

  private _onFinished(_: unknown, task: ITask): void {
    if (isSignedOut(task.code)) {
      void this.account.refresh(); // which shows the way back in
      return;
    }
    void this.things.refresh();
    void this.detail.refresh();
    void this.environments.refresh();
    void this.suggestions.refresh();
  }

  private _identity = '';
  /** who was signed in the last time that somebody was */
  private _last = '';
  private _active = '';
  private _isDisposed = false;
}
