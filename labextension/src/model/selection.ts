import { RepositoryAPI } from '../api';
import { messageOf } from '../request';
import { Ability, IThing, Visibility } from '../documents/things';
import { Model } from './base';
import { ThingsModel } from './things';

/** One thing of several for which something failed. */
export interface IFailure {
  fullName: string;
  message: string;
}

/** How many requests run at a time; the server has other things to do, too. */
const AT_ONCE = 4;

/** Several things chosen in the list, to do the same to all of them. */
export class SelectionModel extends Model {
  constructor(
    private readonly _api: RepositoryAPI,
    private readonly _things: ThingsModel
  ) {
    super();
  }

  /** Are things being chosen? */
  get active(): boolean {
    return this._active;
  }

  /** The chosen things that the list still has. */
  get chosen(): IThing[] {
    return this._things.all.filter(({ full_name }) => this._names.has(full_name));
  }

  has(thing: IThing): boolean {
    return this._names.has(thing.full_name);
  }

  /** The chosen things to which I may do this. */
  permitted(ability: Ability): IThing[] {
    return this.chosen.filter(({ can }) => can.includes(ability));
  }

  /** What failed the last time, each with its reason. */
  get failures(): readonly IFailure[] {
    return this._failures;
  }

  get busy(): boolean {
    return this._busy;
  }

  start(): void {
    this._active = true;
    this.emit();
  }

  stop(): void {
    this._active = false;
    this._names.clear();
    this._failures = [];
    this.emit();
  }

  toggle(thing: IThing): void {
    this._active = true;
    if (!this._names.delete(thing.full_name)) {
      this._names.add(thing.full_name);
    }
    this.emit();
  }

  /** Choose all of these, or none if all are chosen. */
  toggleAll(things: readonly IThing[]): void {
    const all = things.every(thing => this.has(thing));
    for (const { full_name } of things) {
      if (all) {
        this._names.delete(full_name);
      } else {
        this._names.add(full_name);
      }
    }
    this.emit();
  }

  forgetFailures(): void {
    this._failures = [];
    this.emit();
  }

  setAccess(things: readonly IThing[], visibility: Visibility): Promise<void> {
    return this._each(things, thing => this._api.changeThing(thing.full_name, { visibility }));
  }

  delete(things: readonly IThing[]): Promise<void> {
    return this._each(things, thing => this._api.deleteThing(thing.full_name));
  }

  /** One request for each, so that one refusal does not stop the others; what failed stays chosen. */
  private async _each(
    things: readonly IThing[],
    action: (thing: IThing) => Promise<unknown>
  ): Promise<void> {
    const waiting = [...things];
    const failures: IFailure[] = [];
    const work = async () => {
      for (let thing = waiting.shift(); thing; thing = waiting.shift()) {
        try {
          await action(thing);
          this._names.delete(thing.full_name);
        } catch (reason) {
          failures.push({ fullName: thing.full_name, message: messageOf(reason) });
        }
      }
    };
    this._busy = true;
    this._failures = [];
    this.emit();
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this._busy = false;
    this._failures = failures.sort((a, b) => a.fullName.localeCompare(b.fullName));
    this.emit();
    await this._things.refresh();
  }

  private _active = false;
  private _busy = false;
  private readonly _names = new Set<string>();
  private _failures: readonly IFailure[] = [];
}
