import { RepositoryAPI } from '../api';
import { IRefusal, refusalOf, STOPPED } from '../request';
import { Counts, IPage, IThing, Kind, KINDS, Scope } from '../documents/things';
import { Model } from './base';
import { Patience } from './patience';

const SEARCH_DELAY = 250;
/** How many things a page of the list has. */
export const PAGE = 100;
/** The most that the server gives at a time. */
const MOST = 200;

/** The list: my things, everything I may see, or my favourites; searched and filtered, a page at a time. */
export class ThingsModel extends Model {
  constructor(private readonly _api: RepositoryAPI) {
    super();
  }

  /** All that was loaded so far; empty before the first answer. */
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

  /** Are there more than were loaded? */
  get hasMore(): boolean {
    return Boolean(this._next);
  }

  /** How many there are in all, where that is known. */
  get total(): number | undefined {
    return this.counts[this._kind ?? 'all'];
  }

  /** The things that the search and the filter let through; null before the first answer. */
  get items(): IThing[] | null {
    const kind = this._kind;
    const narrowed = kind === null || kind === this._loadedKind;
    return narrowed ? this._all : (this._all?.filter(thing => isOf(thing, kind)) ?? null);
  }

  /** How many things of each kind there are; what is not known is not there. */
  get counts(): Counts {
    if (this._counts) {
      return this._counts;
    }
    if (this._all === null || this._next || this._loadedKind) {
      return {};
    }
    const counts: Counts = { all: this._all.length };
    for (const kind of KINDS) {
      counts[kind] = this._all.filter(thing => isOf(thing, kind)).length;
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

  /** Show one kind; the repository is asked unless all of them are here. */
  set kind(kind: Kind | null) {
    if (kind !== this._kind) {
      this._kind = kind;
      if (this._next || this._loadedKind) {
        this._all = null;
        void this.refresh();
      } else {
        this.emit();
      }
    }
  }

  get busy(): boolean {
    return this._busy;
  }

  /** Does the answer take long? */
  get isSlow(): boolean {
    return this._patience.lost;
  }

  /** Why the list could not be had, or null. */
  get refusal(): IRefusal | null {
    return this._refusal;
  }

  /** Ask again, for as much as is shown. */
  async refresh(): Promise<void> {
    window.clearTimeout(this._timer);
    const { _kind: kind, _query: query, _channel: channel, _scope: scope } = this;
    const asked = JSON.stringify([scope, channel, kind, query.trim()]);
    const shown = asked === this._asked ? this.all.length : 0;
    await this._run(async signal => {
      const starred = this._api.starred(signal);
      starred.catch(() => undefined); // its failure is that of the list, and told once
      const page = this._ask(starred, '', shown, signal);
      const [first, stars] = await Promise.all([page, starred]);
      return () => {
        this._stars = new Set(stars.map(thing => thing.full_name));
        this._asked = asked;
        this._all = first.things;
        this._next = first.next;
        this._loadedKind = scope === 'starred' ? null : kind;
        this._counts = first.counts ?? null;
      };
    });
  }

  /** Load the next page. */
  async loadMore(): Promise<void> {
    const [after, before] = [this._next, this._all];
    if (!after || before === null || this._busy) {
      return;
    }
    await this._run(async signal => {
      const page = await this._page(after, PAGE, signal);
      return () => {
        const known = new Set(before.map(thing => thing.full_name)); // one may have moved meanwhile
        this._all = [...before, ...page.things.filter(({ full_name }) => !known.has(full_name))];
        this._next = page.next;
      };
    });
  }

  /** Wait no longer for an answer. */
  stop(): void {
    this._patience.stop();
    this._busy = false;
    this._refusal = { message: '', code: STOPPED };
    this.emit();
  }

  /** Forget everything: somebody else is signed in. */
  clear(): void {
    this._patience.stop();
    this._busy = false;
    this._all = null;
    this._next = this._loadedKind = this._counts = null;
    this._query = '';
    this._kind = null;
    this._scope = 'mine';
    this._refusal = null;
    this.emit();
  }

  dispose(): void {
    window.clearTimeout(this._timer);
    this._patience.stop();
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

  /** Do `work`, whose answer is taken over unless something else was asked for meanwhile. */
  private async _run(work: (signal: AbortSignal) => Promise<() => void>): Promise<void> {
    const signal = this._patience.begin();
    this._busy = true;
    this.emit();
    let accept: () => void;
    try {
      const take = await work(signal);
      accept = () => {
        take();
        this._refusal = null;
      };
    } catch (reason) {
      accept = () => {
        this._refusal = refusalOf(reason);
      };
    }
    if (this._patience.end(signal)) {
      accept();
      this._busy = false;
      this.emit();
    }
  }

  /** At least `count` things from the beginning of the list: as many pages as that takes. */
  private async _ask(
    starred: Promise<IThing[]>,
    after: string,
    count: number,
    signal: AbortSignal
  ): Promise<IPage> {
    if (this._scope === 'starred') {
      const query = this._query.trim();
      return { things: (await starred).filter(thing => fits(thing, query)), next: null };
    }
    const first = await this._page(after, count > PAGE ? MOST : PAGE, signal);
    const missing = count - first.things.length;
    if (!first.next || missing <= 0) {
      return first;
    }
    const rest = await this._ask(starred, first.next, missing, signal);
    return { ...rest, things: [...first.things, ...rest.things], counts: first.counts };
  }

  private _page(after: string, limit: number, signal: AbortSignal): Promise<IPage> {
    const question = { q: this._query.trim(), channel: '', kind: this._kind, after, limit };
    return this._scope === 'mine'
      ? this._api.things({ ...question, channel: this._channel }, signal)
      : this._api.search(question, signal);
  }

  private _scope: Scope = 'mine';
  private _channel = '';
  private _stars = new Set<string>();
  private _all: IThing[] | null = null;
  private _next: string | null = null;
  /** what the list was asked for when it was loaded */
  private _asked = '';
  private _counts: Counts | null = null;
  /** the kind that the repository was asked for; null: all of them */
  private _loadedKind: Kind | null = null;
  private _query = '';
  private _kind: Kind | null = null;
  private _busy = false;
  private _refusal: IRefusal | null = null;
  private _timer = 0;
  private readonly _patience = new Patience(() => this.emit());
}

/** Has a thing files of this kind? */
function isOf(thing: IThing, kind: Kind): boolean {
  return thing.kind === kind || thing.package_types.includes(kind);
}

/** Does a favourite hold all words of the search? The repository searches the other lists itself. */
function fits(thing: IThing, query: string): boolean {
  const text = `${thing.full_name} ${thing.summary}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}
