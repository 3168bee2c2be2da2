import { RepositoryAPI } from '../api';
import { IRefusal, refusalOf } from '../request';
import { IEnvironment, ReopenAPI } from '../reopenApi';
import { Model } from './base';
import { ViewsModel } from './views';

/** The environments that were made again on this machine. */
export class EnvironmentsModel extends Model {
  constructor(
    api: RepositoryAPI,
    private readonly _views: ViewsModel
  ) {
    super();
    this._api = new ReopenAPI(api);
  }

  /** What was used last comes first; null before the first answer. */
  get items(): IEnvironment[] | null {
    return this._items;
  }

  get refusal(): IRefusal | null {
    return this._refusal;
  }

  async open(): Promise<void> {
    this._views.show('environments');
    await this.refresh();
  }

  close(): void {
    this._views.hide('environments');
  }

  /** Ask again, where they are shown. */
  async refresh(): Promise<void> {
    if (!this._views.has('environments')) {
      return;
    }
    try {
      this._items = await this._api.environments();
      this._refusal = null;
    } catch (reason) {
      this._refusal = refusalOf(reason);
    }
    this.emit();
  }

  /** Remove one with its kernel; refused while a kernel runs in it. */
  async remove(id: string): Promise<void> {
    await this._api.removeEnvironment(id);
    await this.refresh();
  }

  private readonly _api: ReopenAPI;
  private _items: IEnvironment[] | null = null;
  private _refusal: IRefusal | null = null;
}
