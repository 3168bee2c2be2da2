import { RepositoryAPI } from '../api';
import { messageOf } from '../request';
import { INotification } from '../documents/account';
import { Model } from './base';
import { ViewsModel } from './views';

/** What others did that concerns me. */
export class NotificationsModel extends Model {
  constructor(
    private readonly _api: RepositoryAPI,
    private readonly _views: ViewsModel
  ) {
    super();
  }

  /** The messages, newest first; null before the first answer. */
  get items(): INotification[] | null {
    return this._items;
  }

  /** How many are new. */
  get unread(): number {
    return this._items?.filter(({ read }) => !read).length ?? 0;
  }

  get error(): string {
    return this._error;
  }

  async open(): Promise<void> {
    this._views.show('notifications');
    await this.refresh();
  }

  close(): void {
    this._views.hide('notifications');
  }

  async refresh(): Promise<void> {
    const isLatest = this.asking();
    await this._run(async () => {
      const items = await this._api.notifications();
      this._items = isLatest() ? items : this._items;
    });
  }

  async markRead(): Promise<void> {
    await this._run(async () => {
      await this._api.markNotificationsRead();
      this.asking(); // what was asked for before would call them unread
      this._items = this._items?.map(item => ({ ...item, read: true })) ?? null;
    });
  }

  /** Forget everything: somebody else is signed in. */
  clear(): void {
    this.asking(); // what comes now is somebody else's
    this._items = null;
    this._error = '';
    this.close();
    this.emit();
  }

  private async _run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this._error = '';
    } catch (reason) {
      this._error = messageOf(reason);
    }
    this.emit();
  }

  private _items: INotification[] | null = null;
  private _error = '';
}
