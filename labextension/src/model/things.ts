import { RepositoryAPI } from '../api';
import { IRefusal, refusalOf } from '../request';
import { IThing, Kind, KINDS, Scope } from '../documents/things';
import { Model } from './base';

const SEARCH_DELAY = 250;
/** The most things that a search across everything answers. */
export const EVERYTHING = 200;

/** The list: my things, everything I may see, or my favourites; searched and filtered. */
export class ThingsModel extends Model {
  constructor(private readonly _api: RepositoryAPI) {
    super();
  }

  /** All that the search found; empty before the first answer. */
  get all(): IThing[] {
    return this._all ?? [];
  }

  /** Which things are listed. */
  get scope(): Scope {
    return this._scope;
  }

  set scope(scope: Scope) {
    if (scope !== this._scope) {
      this._scope = scope;
      this._all = null;
      void this.refresh();
    }
  }

  /** The channel whose things are mine; '' means all channels I may write to. */
  get channel(): string {
    return this._channel;
  }

  set channel(channel: string) {
    if (channel !== this._channel) {
      this._channel = channel;
      if (this._scope === 'mine' && this._all !== null) {
        void this.refresh();
      }
    }
  }

  /** Are there more than the answer holds? */
  get truncated(): boolean {
    return this._scope === 'everything' && this.all.length >= EVERYTHING;
  }

  /** The things that the search and the filter let through; null before the first answer. */
  get items(): IThing[] | null {
    const kind = this._kind;
    return kind === null ? this._all : (this._all?.filter(thing => thing.kind === kind) ?? null);
  }

  /** How many things of each kind the search found. */
  get counts(): Record<Kind | 'all', number> {
    const counts = { all: this._all?.length ?? 0 } as Record<Kind | 'all', number>;
    for (const kind of KINDS) {
      counts[kind] = this._all?.filter(thing => thing.kind === kind).length ?? 0;
    }
    return counts;
  }

  get query(): string {
    return this._query;
  }

  /** Search, once the typing pauses. */
  set query(query: string) {
    this._query = query;
    this.emit();
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => void this.refresh(), SEARCH_DELAY);
  }

  get kind(): Kind | null {
    return this._kind;
  }

  set kind(kind: Kind | null) {
    this._kind = kind;
    this.emit();
  }

  get busy(): boolean {
    return this._busy;
  }

  /** Why the list could not be had, or null. */
  get refusal(): IRefusal | null {
    return this._refusal;
  }

  async refresh(): Promise<void> {
    window.clearTimeout(this._timer);
    this._running?.abort();
    const running = new AbortController();
    this._running = running;
    this._busy = true;
    this.emit();
    try {
      const all = await this._ask(running.signal);
      if (!running.signal.aborted) {
        this._all = all;
        this._refusal = null;
      }
    } catch (reason) {
      if (!running.signal.aborted) {
        this._refusal = refusalOf(reason);
      }
    } finally {
      if (this._running === running) {
        this._busy = false;
        this.emit();
      }
    }
  }

  /** Forget everything: somebody else is signed in. */
  clear(): void {
    this._running?.abort();
    this._all = null;
    this._query = '';
    this._kind = null;
    this._scope = 'mine';
    this._refusal = null;
    this.emit();
  }

  dispose(): void {
    window.clearTimeout(this._timer);
    this._running?.abort();
    super.dispose();
  }

  /** Star a thing or take the star away; the list shows it at once, and again as it was if that fails. */
  async star(fullName: string, starred: boolean): Promise<void> {
    const mark = (on: boolean) => {
      this._stars = new Set([...this._stars].filter(name => name !== fullName));
      if (on) {
        this._stars.add(fullName);
      }
      this.emit();
    };
    mark(starred);
    try {
      await this._api.star(fullName, starred);
    } catch (reason) {
      mark(!starred);
      throw reason;
    }
    if (this._scope === 'starred') {
      await this.refresh();
    }
  }

  isStarred(fullName: string): boolean {
    return this._stars.has(fullName);
  }

  private async _ask(signal: AbortSignal): Promise<IThing[]> {
    const query = this._query.trim();
    const starred = this._api.starred(signal);
    starred.catch(() => undefined); // its failure is that of the list, and told once
    const things =
      this._scope === 'mine'
        ? this._api.things(query, this._channel, signal)
        : this._scope === 'everything'
          ? this._api.search(query, EVERYTHING, signal)
          : starred.then(found => found.filter(thing => fits(thing, query)));
    const [all, stars] = await Promise.all([things, starred]);
    if (!signal.aborted) {
      this._stars = new Set(stars.map(thing => thing.full_name));
    }
    return all;
  }

  private _scope: Scope = 'mine';
  private _channel = '';
  private _stars = new Set<string>();
  private _all: IThing[] | null = null;
  private _query = '';
  private _kind: Kind | null = null;
  private _busy = false;
  private _refusal: IRefusal | null = null;
  private _timer = 0;
  private _running: AbortController | null = null;
}

/** Does a favourite hold all words of the search? The repository searches the other lists itself. */
function fits(thing: IThing, query: string): boolean {
  const text = `${thing.full_name} ${thing.summary}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}
