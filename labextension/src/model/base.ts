import { ISignal, Signal } from '@lumino/signaling';

/** A part of the model: state that is read, and one signal that says it changed. */
export abstract class Model {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  /**
   * Begin to ask for what is shown; the function says whether nobody has asked since. An answer that comes after a later
   * one is of the past, and is dropped.
   */
  protected asking(): () => boolean {
    const turn = ++this._turn;
    return () => turn === this._turn;
  }

  protected emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private _turn = 0;
}
