import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { Message } from '@lumino/messaging';
import { ISignal, Signal } from '@lumino/signaling';
import { messageOf } from '../request';

/** The body of a dialog with a form: holds the value and says whether it may be accepted. */
export abstract class FormBody<T> extends ReactWidget implements Dialog.IBodyWidget<T> {
  constructor() {
    super();
    this.addClass('jp-Repo-dialogBody');
  }

  abstract get valid(): boolean;
  abstract getValue(): T;

  /** The value or its validity changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  protected emit(): void {
    this.update();
    this._changed.emit();
  }

  /**
   * Say when the form is there, for which the dialog waits with the focus.
   *
   * The base class says so at the next idle moment of the page. On a busy one the first keys went nowhere, the focus
   * jumped back to the first field from where the user had gone since, or the moment came before the form.
   */
  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.renderPromise = filled(this.node);
  }

  private readonly _changed = new Signal<this, void>(this);
}

interface IOptions<T> {
  trans: TranslationBundle;
  title: string;
  body: FormBody<T>;
  accept: string;
  focus: string;
  /** done with the value before the dialog closes; if it fails, the dialog stays and says why */
  submit?: (value: T) => Promise<void>;
}

/** A dialog whose accept button is enabled while its form is valid. */
export class FormDialog<T> extends Dialog<T> {
  constructor(options: IOptions<T>) {
    const { trans, title, body, accept, focus } = options;
    super({
      title,
      body,
      focusNodeSelector: focus,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: accept })
      ],
      defaultButton: ACCEPT
    });
    this.addClass('jp-Repo-dialog');
    this._form = body;
    this._submit = options.submit;
    this._alert = document.createElement('div');
    this._alert.setAttribute('role', 'alert');
    this._alert.className = 'jp-Repo-error jp-Repo-dialogAlert';
    this.node.querySelector('.jp-Dialog-footer')?.before(this._alert);
    body.changed.connect(this._onChanged, this);
    this._checkValidation();
  }

  resolve(index: number = ACCEPT): void {
    if (index !== ACCEPT) {
      super.resolve(index);
    } else if (this._form.valid && !this._busy) {
      if (this._submit) {
        void this._try(this._submit);
      } else {
        super.resolve(index);
      }
    }
  }

  /**
   * Keep the Tab key within the dialog, both ways.
   *
   * The base class looks for the first place before the form is there, so that Tab led from the last button to the
   * one before it; and it knows the last button only while that is enabled.
   */
  handleEvent(event: Event): void {
    if (event instanceof KeyboardEvent && event.type === 'keydown' && event.key === 'Tab') {
      const stops = tabStops(this.node);
      const [first, last] = [stops[0], stops[stops.length - 1]];
      const [from, to] = event.shiftKey ? [first, last] : [last, first];
      if (document.activeElement === from) {
        event.preventDefault();
        event.stopPropagation();
        to.focus();
        return;
      }
    }
    super.handleEvent(event);
  }

  protected _checkValidation(): void {
    const button = this.node.querySelector<HTMLButtonElement>('.jp-Dialog-footer .jp-mod-accept');
    // the base class calls this before our constructor has run
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
    if (button && this._form) {
      button.disabled = !this._form.valid || this._busy;
    }
  }

  private _onChanged(): void {
    this._alert.textContent = '';
    this._checkValidation();
  }

  private async _try(submit: (value: T) => Promise<void>): Promise<void> {
    this._setBusy(true);
    try {
      await submit(this._form.getValue());
    } catch (reason) {
      this._setBusy(false);
      this._alert.textContent = messageOf(reason);
      return;
    }
    this._setBusy(false);
    super.resolve(ACCEPT);
  }

  private _setBusy(busy: boolean): void {
    this._busy = busy;
    this.node.setAttribute('aria-busy', String(busy));
    this._checkValidation();
  }

  private readonly _form: FormBody<T>;
  private readonly _submit: ((value: T) => Promise<void>) | undefined;
  private readonly _alert: HTMLElement;
  private _busy = false;
}

const ACCEPT = 1;

/** Where the Tab key stops, in order; of a group of radio buttons at the one that is chosen. */
function tabStops(node: HTMLElement): HTMLElement[] {
  const all = node.querySelectorAll<HTMLElement>(
    'button:enabled, input:enabled, select:enabled, textarea:enabled, a[href], summary, [tabindex]'
  );
  return Array.from(all).filter(
    stop => stop.tabIndex >= 0 && !stop.matches('[type="radio"]:not(:checked)')
  );
}

/** Resolves as soon as `node` has a child. */
function filled(node: HTMLElement): Promise<void> {
  return new Promise(resolve => {
    const observer = new MutationObserver(() => look());
    const look = () => {
      if (node.firstChild !== null) {
        observer.disconnect();
        resolve();
      }
    };
    observer.observe(node, { childList: true });
    look();
  });
}
