/** How long something may take before it is said that it does; in milliseconds. */
const SHORT = 4000;

/** Notices when an answer takes longer than people wait without a word, and can end the waiting. */
export class Patience {
  constructor(private readonly _noticed: () => void) {}

  /** Does the answer take long? */
  get lost(): boolean {
    return this._lost;
  }

  /** The waiting begins, and what was waited for before is no longer wanted. */
  begin(): AbortSignal {
    this.stop();
    this._running = new AbortController();
    this._timer = window.setTimeout(() => {
      this._lost = true;
      this._noticed();
    }, SHORT);
    return this._running.signal;
  }

  /** The answer to `signal` is there; false where it is no longer wanted. */
  end(signal: AbortSignal): boolean {
    if (signal !== this._running.signal) {
      return false;
    }
    window.clearTimeout(this._timer);
    this._lost = false;
    return !signal.aborted;
  }

  /** Wait no longer. */
  stop(): void {
    window.clearTimeout(this._timer);
    this._lost = false;
    this._running.abort();
  }

  private _running = new AbortController();
  private _timer = 0;
  private _lost = false;
}
