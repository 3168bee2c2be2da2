import { TranslationBundle } from '@jupyterlab/translation';
import { Message } from '@lumino/messaging';
import React from 'react';
import { messageOf } from '../request';
import { Field } from '../components/Field';
import { SuggestForm } from '../components/SuggestForm';
import { IComparison, ISuggestion, NotebookAPI, Side } from '../notebookApi';
import { ReopenAPI } from '../reopenApi';
import { IFinding, Remedy } from '../documents/publishing';
import { Drawing } from './drawing';
import { FormBody, FormDialog } from './formDialog';

const COMPARE_DELAY = 350;

/** What is suggested, and to which version of which notebook. */
export interface ISuggestChoice {
  fullName: string;
  version: string;
  message: string;
  remedy: Remedy | null;
}

interface IApis {
  notebooks: NotebookAPI;
  links: ReopenAPI;
}

/** The form of a suggestion; compares with the notebook it is for. */
class SuggestBody extends FormBody<ISuggestChoice> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _apis: IApis,
    private readonly _drawing: Drawing | null,
    private readonly _mine: Side,
    private readonly _findings: IFinding[],
    private _target: string
  ) {
    super();
    if (_target) {
      this._busy = true;
      void this._compare();
    }
  }

  get valid(): boolean {
    const decided = this._findings.length === 0 || this._remedy !== null;
    const changes = this._comparison !== null && !this._comparison.diff.identical;
    return decided && changes && !this._busy && this._message.trim() !== '';
  }

  getValue(): ISuggestChoice {
    return { ...this._found, message: this._message.trim(), remedy: this._remedy };
  }

  protected render(): React.JSX.Element {
    return (
      <SuggestForm
        trans={this._trans}
        target={this._target}
        problem={this._problem}
        message={this._message}
        comparison={this._comparison}
        drawing={this._drawing}
        busy={this._busy}
        findings={this._findings}
        remedy={this._remedy}
        onTarget={target => this._retarget(target)}
        onMessage={message => {
          this._message = message;
          this.emit();
        }}
        onRemedy={remedy => {
          this._remedy = remedy;
          this.emit();
        }}
        onReveal={this.onReveal}
      />
    );
  }

  protected onBeforeDetach(msg: Message): void {
    window.clearTimeout(this._timer);
    super.onBeforeDetach(msg);
  }

  private _retarget(target: string): void {
    window.clearTimeout(this._timer);
    this._target = target;
    this._problem = '';
    this._comparison = null;
    this._busy = target.trim() !== '';
    if (this._busy) {
      this._timer = window.setTimeout(() => void this._compare(), COMPARE_DELAY);
    }
    this.emit();
  }

  private async _compare(): Promise<void> {
    const target = this._target;
    const current = () => target === this._target && !this.isDisposed;
    try {
      const { full_name, version } = await this._apis.links.resolve(target.trim());
      const base = version ? { full_name, version } : { full_name };
      const comparison = await this._apis.notebooks.compare(base, this._mine);
      if (current()) {
        this._found = { fullName: full_name, version: version ?? '' };
        this._comparison = comparison;
      }
    } catch (reason) {
      if (current()) {
        this._problem = messageOf(reason);
      }
    }
    if (current()) {
      this._busy = false;
      this.emit();
    }
  }

  /** Asked to show a cell of the notebook. */
  onReveal: (cell: number) => void = () => undefined;

  private _message = '';
  private _found = { fullName: '', version: '' };
  private _comparison: IComparison | null = null;
  private _remedy: Remedy | null = null;
  private _problem = '';
  private _busy = false;
  private _timer = 0;
}

/**
 * Ask what is suggested to whom; null if the user goes back, say to a cell that the guard named.
 *
 * @param drawing - draws the outputs that differ; null: they are told in words
 * @param target - the notebook it is probably for, or ''
 */
export async function askWhatToSuggest(
  trans: TranslationBundle,
  apis: IApis,
  drawing: Drawing | null,
  mine: Side,
  findings: IFinding[],
  target: string,
  reveal: (cell: number) => Promise<void>
): Promise<ISuggestChoice | null> {
  const body = new SuggestBody(trans, apis, drawing, mine, findings, target);
  const dialog = new FormDialog<ISuggestChoice>({
    trans,
    title: trans.__('Suggest a change'),
    body,
    accept: trans.__('Suggest'),
    focus: target ? '.jp-Repo-messageInput' : '.jp-Repo-targetInput'
  });
  dialog.addClass('jp-mod-wide');
  let revealed = 0;
  body.onReveal = cell => {
    revealed = cell;
    dialog.reject();
  };
  const { value } = await dialog.launch();
  if (revealed > 0) {
    await reveal(revealed);
  }
  return value;
}

class WordBody extends FormBody<string> {
  constructor(
    private readonly _label: string,
    private readonly _hint: string
  ) {
    super();
  }

  readonly valid = true;

  getValue(): string {
    return this._word.trim();
  }

  protected render(): React.JSX.Element {
    return (
      <div className="jp-Repo-form">
        <Field label={this._label} hint={this._hint}>
          {control => (
            <textarea
              {...control}
              className="jp-mod-styled jp-Repo-messageInput"
              rows={2}
              maxLength={2000}
              value={this._word}
              onChange={event => {
                this._word = event.target.value;
                this.emit();
              }}
            />
          )}
        </Field>
      </div>
    );
  }

  private _word = '';
}

/**
 * Ask for a word to the author, and decide.
 *
 * @param decide - told the word; if it fails, the dialog stays and says why
 */
export async function askToDecide(
  trans: TranslationBundle,
  suggestion: ISuggestion,
  decision: 'accept' | 'decline',
  decide: (word: string) => Promise<void>
): Promise<void> {
  const { author, to } = suggestion;
  const accepts = decision === 'accept';
  const hint = accepts
    ? trans.__('Its notebook becomes the next version of %1, by you.', to)
    : trans.__('%1 stays as it is.', to);
  const dialog = new FormDialog<string>({
    trans,
    title: accepts
      ? trans.__('Accept the suggestion of %1?', author)
      : trans.__('Decline the suggestion of %1?', author),
    body: new WordBody(trans.__('A word to %1, if you like', author), hint),
    accept: accepts ? trans.__('Accept') : trans.__('Decline'),
    focus: '.jp-Repo-messageInput',
    submit: decide
  });
  await dialog.launch();
}
