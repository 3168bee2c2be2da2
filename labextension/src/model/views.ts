import { Model } from './base';

/** The views that may lie over the list of things. */
export type ViewName =
  'detail' | 'tokens' | 'organizations' | 'notifications' | 'environments' | 'suggestions';

/** Which view is open; the one opened last is seen, and closing it shows what was under it. */
export class ViewsModel extends Model {
  /** The view that is seen, or null: the list. */
  get top(): ViewName | null {
    return this._stack.length > 0 ? this._stack[this._stack.length - 1] : null;
  }

  /** Is the view open, seen or covered? */
  has(view: ViewName): boolean {
    return this._stack.includes(view);
  }

  /** Is nothing but this view between the person and the list? */
  only(view: ViewName): boolean {
    return this._stack.length === 1 && this.top === view;
  }

  show(view: ViewName): void {
    if (this.top !== view) {
      this._stack = [...this._stack.filter(other => other !== view), view];
      this.emit();
    }
  }

  hide(view: ViewName): void {
    if (this._stack.includes(view)) {
      this._stack = this._stack.filter(other => other !== view);
      this.emit();
    }
  }

  private _stack: readonly ViewName[] = [];
}
