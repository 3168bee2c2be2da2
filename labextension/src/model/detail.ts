import { messageOf, RepositoryAPI } from '../api';
import { IThingDocument, Visibility } from '../tokens';
import { Model } from './base';

/** The one thing whose details are shown. */
export class DetailModel extends Model {
  constructor(private readonly _api: RepositoryAPI) {
    super();
  }

  /** `owner/name` of the thing, or null where none is shown. */
  get fullName(): string | null {
    return this._fullName;
  }

  get thing(): IThingDocument | null {
    return this._thing;
  }

  get busy(): boolean {
    return this._busy;
  }

  get error(): string {
    return this._error;
  }

  async open(fullName: string): Promise<void> {
    this._fullName = fullName;
    this._thing = null;
    await this.refresh();
  }

  close(): void {
    this._fullName = null;
    this._thing = null;
    this._error = '';
    this.emit();
  }

  refresh(): Promise<void> {
    const name = this._fullName;
    return name === null ? Promise.resolve() : this._run(() => this._api.thing(name));
  }

  change(change: { visibility?: Visibility; summary?: string }): Promise<void> {
    return this._run(() => this._api.changeThing(this._name(), change));
  }

  /** Delete one file; the thing is gone too when it was its last one. */
  async deleteFile(version: string, basename: string): Promise<void> {
    await this._api.deleteFile(this._name(), version, basename);
    await this.refresh();
  }

  async deleteVersion(version: string): Promise<void> {
    await this._api.deleteVersion(this._name(), version);
    await this.refresh();
  }

  async deleteThing(): Promise<void> {
    await this._api.deleteThing(this._name());
    this.close();
  }

  private _name(): string {
    if (this._fullName === null) {
      throw new Error('No thing is open');
    }
    return this._fullName;
  }

  /** Take the answer as the new document, unless another thing was opened meanwhile. */
  private async _run(ask: () => Promise<IThingDocument>): Promise<void> {
    const name = this._fullName;
    this._busy = true;
    this._error = '';
    this.emit();
    try {
      const thing = await ask();
      if (this._fullName === name) {
        this._thing = thing;
      }
    } catch (reason) {
      if (this._fullName === name) {
        this._error = messageOf(reason);
      }
    } finally {
      this._busy = false;
      this.emit();
    }
  }

  private _fullName: string | null = null;
  private _thing: IThingDocument | null = null;
  private _busy = false;
  private _error = '';
}
