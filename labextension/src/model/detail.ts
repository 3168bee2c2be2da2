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
    return this._busy > 0;
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
    this.asking(); // what comes now is of what was closed
    this._fullName = null;
    this._thing = null;
    this._collaborators = null;
    this._error = null;
    this._views.hide('detail');
    this.emit();
  }

  async refresh(): Promise<void> {
    if (this._fullName !== null) {
      await this._run(() => Promise.resolve(null));
    }
  }

  change(change: { visibility?: Visibility; summary?: string }): Promise<boolean> {
    return this._run(() => this._api.changeThing(this._name(), change));
  }

  /** Put a label on a file, or take it off. */
  setLabel(file: IRepositoryFile, label: string, on: boolean): Promise<boolean> {
    return this._run(async () => {
      await this._api.setLabel(this._name(), file.version, file.basename, label, on);
      return null;
    });
  }

  /** Give a person or group a level, or (null) none. */
  share(one: Pick<ICollaborator, 'name' | 'kind'>, level: Level | null): Promise<boolean> {
    return this._run(async () => {
      await this._api.setCollaborator(this._name(), one, level);
      return null;
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

  /**
   * Do `work`, and show the thing as it is then, unless another one was opened meanwhile.
   *
   * The reading begins when the work is done: an answer that was asked for before it would show what is past.
   *
   * @param work - resolves to the thing as it is after it, or to null: it has to be asked for
   */
  private async _run(work: () => Promise<IThingDocument | null>): Promise<boolean> {
    const name = this._name();
    let isLatest = () => this._fullName === name;
    this._busy += 1;
    this._error = null;
    this.emit();
    try {
      const made = await work();
      if (!isLatest()) {
        return true;
      }
      isLatest = this.asking();
      const thing = made ?? (await this._api.thing(name));
      const collaborators = thing.can.includes('edit-settings')
        ? await this._api.collaborators(thing.full_name)
        : null;
      if (isLatest()) {
        this._thing = thing;
        this._collaborators = collaborators;
      }
      return true;
    } catch (reason) {
      if (isLatest()) {
        this._error = refusalOf(reason);
      }
      return false;
    } finally {
      this._busy -= 1;
      this.emit();
    }
  }

  private _fullName: string | null = null;
  private _thing: IThingDocument | null = null;
  private _busy = 0;
  private _collaborators: ICollaborator[] | null = null;
  private _error: IRefusal | null = null;
}
