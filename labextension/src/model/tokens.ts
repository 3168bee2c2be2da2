import { RepositoryAPI } from '../api';
import { messageOf } from '../request';
import { IAccessToken } from '../documents/access';
import { Model } from './base';
import { ViewsModel } from './views';

/** The access tokens of one channel. */
export class TokensModel extends Model {
  constructor(
    private readonly _api: RepositoryAPI,
    private readonly _views: ViewsModel
  ) {
    super();
  }

  /** The channel whose tokens are shown, or null where the view is closed. */
  get channel(): string | null {
    return this._channel;
  }

  get tokens(): IAccessToken[] | null {
    return this._tokens;
  }

  /** Each scope and the sentence that says what it opens. */
  get scopes(): Record<string, string> {
    return this._scopes;
  }

  /** The token made just now, with its secret; it can't be shown again once this is forgotten. */
  get created(): IAccessToken | null {
    return this._created;
  }

  get error(): string {
    return this._error;
  }

  async open(channel: string): Promise<void> {
    this._channel = channel;
    this._tokens = null;
    this._created = null;
    this._views.show('tokens');
    await this.refresh();
  }

  close(): void {
    this.asking(); // what comes now is of what was closed
    this._channel = null;
    this._tokens = null;
    this._created = null;
    this._views.hide('tokens');
    this.emit();
  }

  async refresh(): Promise<void> {
    const channel = this._channel;
    if (channel === null) {
      return;
    }
    const isLatest = this.asking();
    this._error = '';
    this.emit();
    try {
      const answer = await this._api.tokens(channel);
      if (isLatest()) {
        this._tokens = answer.tokens;
        this._scopes = answer.scopes;
      }
    } catch (reason) {
      this._error = isLatest() ? messageOf(reason) : this._error;
    }
    this.emit();
  }

  async create(name: string, scopes: string[], expiresInDays: number | null): Promise<void> {
    await this._make(channel => this._api.createToken(channel, name, scopes, expiresInDays));
  }

  /** Give a token a new secret, which is shown this once. */
  async rotate(name: string): Promise<void> {
    await this._make(channel => this._api.rotateToken(channel, name));
  }

  async revoke(name: string): Promise<void> {
    if (this._channel !== null) {
      await this._api.revokeToken(this._channel, name);
      if (this._created?.name === name) {
        this._created = null;
      }
      await this.refresh();
    }
  }

  /** Forget the secret of the token made just now. */
  forgetSecret(): void {
    this._created = null;
    this.emit();
  }

  /** Make a token, and show its secret with the tokens of its own channel only. */
  private async _make(make: (channel: string) => Promise<IAccessToken>): Promise<void> {
    const channel = this._channel;
    if (channel !== null) {
      const made = await make(channel);
      if (channel === this._channel) {
        this._created = made;
        await this.refresh();
      }
    }
  }

  private _channel: string | null = null;
  private _tokens: IAccessToken[] | null = null;
  private _scopes: Record<string, string> = {};
  private _created: IAccessToken | null = null;
  private _error = '';
}
