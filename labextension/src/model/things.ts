import { messageOf, RepositoryAPI } from '../api';
import { IThing, Kind, KINDS } from '../tokens';
import { Model } from './base';

const SEARCH_DELAY = 250;

/** My things: the packages of the channels I may write to, searched and filtered. */
export class ThingsModel extends Model {
  constructor(private readonly _api: RepositoryAPI) {
    super();
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

  get error(): string {
    return this._error;
  }

  async refresh(): Promise<void> {
    window.clearTimeout(this._timer);
    this._running?.abort();
    const running = new AbortController();
    this._running = running;
    this._busy = true;
    this.emit();
    try {
      const all = await this._api.things(this._query.trim(), running.signal);
      if (!running.signal.aborted) {
        this._all = all;
        this._error = '';
      }
    } catch (reason) {
      if (!running.signal.aborted) {
        this._error = messageOf(reason);
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
    this._error = '';
    this.emit();
  }

  dispose(): void {
    window.clearTimeout(this._timer);
    this._running?.abort();
    super.dispose();
  }

  private _all: IThing[] | null = null;
  private _query = '';
  private _kind: Kind | null = null;
  private _busy = false;
  private _error = '';
  private _timer = 0;
  private _running: AbortController | null = null;
}
