import { ServerConnection } from '@jupyterlab/services';
import { JSONExt } from '@lumino/coreutils';
import { RepositoryAPI } from '../api';
import { messageOf, RepositoryError } from '../request';
import { IChannel, ISignUp, IStatus } from '../documents/account';
import { VERSION } from '../version';
import { Model } from './base';
import { Patience } from './patience';
import { IPreferences, PreferencesModel } from './preferences';

/** What the panel has to show before anything else. */
export type AccountState =
  | 'loading'
  | 'starting'
  | 'ready'
  | 'signed-out'
  | 'unreachable'
  /** the repository speaks another version of the API */
  | 'other-version'
  /** the server extension is not there */
  | 'missing'
  /** the server extension has another version than this front end */
  | 'mismatch'
  /** the person waits no longer for the first answer */
  | 'stopped'
  /** the Jupyter server itself does not answer */
  | 'offline';

const STARTING_INTERVAL = 1000;

/** Who is signed in, where; and whether the repository can be used at all. */
export class AccountModel extends Model {
  constructor(
    private readonly _api: RepositoryAPI,
    private readonly _preferences: PreferencesModel
  ) {
    super();
    _preferences.changed.connect(this._onPreferences, this);
  }

  get state(): AccountState {
    return this._state;
  }

  /** The last answer of the server extension. */
  get status(): IStatus | null {
    return this._status;
  }

  /** What is wrong, in the server's words. */
  get message(): string {
    return this._message;
  }

  get busy(): boolean {
    return this._busy;
  }

  /** Does the answer take long? */
  get isSlow(): boolean {
    return this._patience.lost;
  }

  get channels(): IChannel[] {
    return this._status?.channels ?? [];
  }

  /** The channel where things go unless somebody says otherwise: the one chosen, while I may write there. */
  get active(): string {
    const { channel } = this._preferences.value;
    const { channels } = this;
    const chosen = channels.find(({ name }) => name.toLowerCase() === channel.toLowerCase());
    return chosen?.name ?? this._status?.account ?? (channels.length > 0 ? channels[0].name : '');
  }

  /** Make a channel the active one. */
  async activate(channel: string): Promise<void> {
    await this._preferences.choose('channel', channel === this._status?.account ? '' : channel);
  }

  async refresh(): Promise<void> {
    window.clearTimeout(this._timer);
    const signal = this._patience.begin();
    this._busy = true;
    this.emit();
    let accept: () => void;
    try {
      let status = await this._api.status(signal);
      if (await this._tell()) {
        status = await this._api.status(signal);
      }
      accept = () => this._accept(status);
    } catch (reason) {
      accept = () => this._fail(reason);
    }
    if (this._patience.end(signal)) {
      accept();
      this._busy = false;
      this.emit();
    }
  }

  /** Wait no longer for the repository's answer. */
  stop(): void {
    this._patience.stop();
    this._busy = false;
    if (this._state === 'loading') {
      this._state = 'stopped';
    }
    this.emit();
  }

  /** Resolves when the repository has started, or can't be used; at once if it is running. */
  async settled(): Promise<AccountState> {
    if (this._state === 'loading' && !this._busy) {
      await this.refresh();
    }
    const comes = () =>
      this._state === 'starting' || (this._state === 'loading' && this._busy && !this.isSlow);
    while (comes() && !this.isDisposed) {
      await new Promise(resolve => setTimeout(resolve, STARTING_INTERVAL / 4));
    }
    return this._state;
  }

  async signIn(username: string, password: string): Promise<void> {
    this._accept(await this._api.login(username, password));
    this.emit();
  }

  async signOut(): Promise<void> {
    this._accept(await this._api.logout());
    this.emit();
  }

  /** Make an account, and be signed in to it. */
  async signUp(person: ISignUp): Promise<void> {
    this._accept(await this._api.signUp(person));
    this.emit();
  }

  async change(change: { name?: string; password?: string }): Promise<void> {
    this._accept(await this._api.setAccount(change));
    this.emit();
  }

  dispose(): void {
    window.clearTimeout(this._timer);
    this._patience.stop();
    super.dispose();
  }

  /** What is chosen in the settings takes effect at once. */
  private _onPreferences(): void {
    this.emit();
    if (this._status) {
      void this.refresh();
    }
  }

  /** Tell the Jupyter server what is chosen, unless it knows; true where something is new to it. */
  private async _tell(): Promise<boolean> {
    const chosen = this._preferences.value;
    if (chosen === this._told) {
      return false;
    }
    const known = await this._api.settings();
    const wanted = {
      url: known.url_fixed ? known.url : chosen.address.replace(/\/+$/, ''),
      default_channel: chosen.channel,
      default_visibility: chosen.access,
      guard: { off: [...chosen.guardOff].sort(), max_output_mib: chosen.guardOutput }
    };
    const usual = { ...known, default_visibility: known.default_visibility || 'public' };
    const same = Object.entries(wanted).every(([key, value]) =>
      JSONExt.deepEqual(value, usual[key as keyof typeof wanted])
    );
    if (!same) {
      const { url, ...others } = wanted;
      await this._api.setSettings(known.url_fixed ? others : { url, ...others });
    }
    this._told = chosen;
    return !same;
  }

  private _fail(reason: unknown): void {
    this._state =
      reason instanceof RepositoryError && reason.status === 404
        ? 'missing'
        : reason instanceof ServerConnection.NetworkError
          ? 'offline'
          : 'unreachable';
    this._message = messageOf(reason);
  }

  private _accept(status: IStatus): void {
    this._status = status;
    this._message = status.message;
    this._state = status.version === VERSION ? status.state : 'mismatch';
    if (this._state === 'starting' && !this.isDisposed) {
      this._timer = window.setTimeout(() => void this.refresh(), STARTING_INTERVAL);
    }
  }

  private _state: AccountState = 'loading';
  private _status: IStatus | null = null;
  private _message = '';
  private _busy = false;
  private _told: IPreferences | null = null;
  private _timer = 0;
  private readonly _patience = new Patience(() => this.emit());
}
