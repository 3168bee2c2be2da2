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
    const isLatest = this.asking();
    try {
      const items = await this._api.environments();
      if (!isLatest()) {
        return;
      }
      this._items = items;
      this._refusal = null;
    } catch (reason) {
      if (!isLatest()) {
        return;
      }
      this._refusal = refusalOf(reason);
    }
    this.emit();
  }

  /** Whether an environment is being taken away; a large one takes its time. */
  isLeaving(id: string): boolean {
    return this._leaving.has(id);
  }

  /** Remove one with its kernel; refused while a kernel runs in it. */
  async remove(id: string): Promise<void> {
    this._leaving.add(id);
    this.emit();
    try {
      await this._api.removeEnvironment(id);
    } finally {
      this._leaving.delete(id);
      await this.refresh();
    }
  }

  private readonly _api: ReopenAPI;
  private _items: IEnvironment[] | null = null;
  private _refusal: IRefusal | null = null;
  private readonly _leaving = new Set<string>();
}
