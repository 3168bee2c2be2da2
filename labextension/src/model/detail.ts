import { RepositoryAPI } from '../api';
import { IRefusal, refusalOf } from '../request';
import { ICollaborator, Level } from '../documents/access';
import { IRepositoryFile, IThingDocument, Visibility } from '../documents/things';
import { Model } from './base';
import { ViewsModel } from './views';

/** The one thing whose details are shown. */
export class DetailModel extends Model {
  constructor(
    private readonly _api: RepositoryAPI,
    private readonly _views: ViewsModel
  ) {
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

  /** Why the last thing asked for was refused, or null. */
  get refusal(): IRefusal | null {
    return this._error;
  }

  /** The people and groups who may do more than the access says; null for who may not manage them. */
  get collaborators(): ICollaborator[] | null {
    return this._collaborators;
  }

  async open(fullName: string): Promise<void> {
    this._fullName = fullName;
    this._thing = null;
    this._collaborators = null;
    this._views.show('detail');
    await this.refresh();
  }

  close(): void {
    this._fullName = null;
    this._thing = null;
    this._collaborators = null;
    this._error = null;
    this._views.hide('detail');
    this.emit();
  }

  async refresh(): Promise<void> {
    const name = this._fullName;
    if (name !== null) {
      await this._run(() => this._api.thing(name));
    }
  }

  change(change: { visibility?: Visibility; summary?: string }): Promise<boolean> {
    return this._run(() => this._api.changeThing(this._name(), change));
  }

  /** Put a label on a file, or take it off. */
  setLabel(file: IRepositoryFile, label: string, on: boolean): Promise<boolean> {
    return this._run(async () => {
      const name = this._name();
      await this._api.setLabel(name, file.version, file.basename, label, on);
      return this._api.thing(name);
    });
  }

  /** Give a person or group a level, or (null) none. */
  share(one: Pick<ICollaborator, 'name' | 'kind'>, level: Level | null): Promise<boolean> {
    return this._run(async () => {
      const name = this._name();
      await this._api.setCollaborator(name, one, level);
      return this._api.thing(name);
    });
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
  private async _run(ask: () => Promise<IThingDocument>): Promise<boolean> {
    const name = this._fullName;
    this._busy = true;
    this._error = null;
    this.emit();
    try {
      const thing = await ask();
      const collaborators = thing.can.includes('edit-settings')
        ? await this._api.collaborators(thing.full_name)
        : null;
      if (this._fullName === name) {
        this._thing = thing;
        this._collaborators = collaborators;
      }
      return true;
    } catch (reason) {
      if (this._fullName === name) {
        this._error = refusalOf(reason);
      }
      return false;
    } finally {
      this._busy = false;
      this.emit();
    }
  }

  private _fullName: string | null = null;
  private _thing: IThingDocument | null = null;
  private _busy = false;
  private _collaborators: ICollaborator[] | null = null;
  private _error: IRefusal | null = null;
}
