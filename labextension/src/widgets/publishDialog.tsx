import { TranslationBundle } from '@jupyterlab/translation';
import { Message } from '@lumino/messaging';
import React from 'react';
import { RepositoryAPI } from '../api';
import { isSignedOut, messageOf, refusalOf } from '../request';
import { PublishForm } from '../components/PublishForm';
import { packageNameProblem } from '../text';
import {
  INotebookFile,
  IPublication,
  IPublishChoices,
  IPublishPreview,
  Remedy
} from '../documents/publishing';
import { FormBody, FormDialog } from './formDialog';

const PREVIEW_DELAY = 250;

/** The form of a publication; asks the repository again when channel or name change. */
class PublishBody extends FormBody<IPublication> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _api: RepositoryAPI,
    private readonly _notebook: INotebookFile,
    private _preview: IPublishPreview,
    private readonly _options: IOptions
  ) {
    super();
    const { channel, name, summary, visibility } = _preview;
    const environment = _preview.environment && _options.attachEnvironment;
    const { thumbnail } = _preview;
    this._choices = { channel, name, summary, visibility, environment, thumbnail };
  }

  get valid(): boolean {
    const { can, taken, findings } = this._preview;
    const decided = findings.length === 0 || this._remedy !== null;
    return !this._problem && !this._busy && can && !taken && decided;
  }

  getValue(): IPublication {
    const choices = { ...this._choices, summary: this._choices.summary.trim() };
    return { choices, remedy: this._remedy, picture: this._options.picture };
  }

  protected render(): React.JSX.Element {
    return (
      <PublishForm
        trans={this._trans}
        choices={this._choices}
        preview={this._preview}
        problem={this._problem}
        busy={this._busy}
        remedy={this._remedy}
        picture={this._options.picture}
        foreign={this._options.foreign}
        onFork={this.onFork}
        onSuggest={this._options.suggest && this.onSuggest}
        onReveal={this.onReveal}
        onRemedy={remedy => {
          this._remedy = remedy;
          this.emit();
        }}
        onChange={change => this._change(change)}
      />
    );
  }

  protected onBeforeDetach(msg: Message): void {
    window.clearTimeout(this._timer);
    super.onBeforeDetach(msg);
  }

  private _change(change: Partial<IPublishChoices>): void {
    this._choices = { ...this._choices, ...change };
    this._chosen = { ...this._chosen, ...change };
    if (change.channel !== undefined || change.name !== undefined) {
      window.clearTimeout(this._timer);
      this._problem = packageNameProblem(this._trans, this._choices.name);
      this._busy = !this._problem;
      if (this._busy) {
        this._timer = window.setTimeout(() => void this._ask(), PREVIEW_DELAY);
      }
    }
    this.emit();
  }

  /** A thing that is there keeps its access and summary, unless the user chose others here. */
  private _adopt(preview: IPublishPreview): void {
    if (preview.exists && !preview.taken) {
      const { summary, visibility } = preview;
      this._choices = { ...this._choices, summary, visibility, ...this._chosen };
    }
  }

  private async _ask(): Promise<void> {
    const { channel, name } = this._choices;
    const current = () => channel === this._choices.channel && name === this._choices.name;
    try {
      const preview = await this._api.previewPublish(this._notebook, channel, name);
      if (current()) {
        this._preview = preview;
        this._adopt(preview);
      }
    } catch (reason) {
      // whoever was signed out meanwhile may send it all the same: signed in again, it goes on
      if (current() && !isSignedOut(refusalOf(reason).code)) {
        this._problem = messageOf(reason);
      }
    }
    if (current() && !this.isDisposed) {
      this._busy = false;
      this.emit();
    }
  }

  /** Asked to show a cell of the notebook. */
  onReveal: (cell: number) => void = () => undefined;
  /** Asked to fork what it was opened from instead, or to suggest the change to its author. */
  onFork: () => void = () => undefined;
  onSuggest: () => void = () => undefined;

  private _choices: IPublishChoices;
  private _chosen: Partial<IPublishChoices> = {};
  private _remedy: Remedy | null = null;
  private _problem = '';
  private _busy = false;
  private _timer = 0;
}

interface IOptions {
  attachEnvironment: boolean;
  /** what lists would show, in base64; null where no output is a picture */
  picture: string | null;
  /** show a cell of the notebook, counted from 1 */
  reveal: (cell: number) => Promise<void>;
  /** `owner/name` that it was opened from, where I may not publish; else null */
  foreign: string | null;
  fork: (fullName: string) => Promise<void>;
  /** null where it can't be suggested: it is not open */
  suggest: (() => Promise<void>) | null;
}

/** Ask how to publish a notebook; null if the user goes back, say to a cell that the guard named. */
export async function askHowToPublish(
  trans: TranslationBundle,
  api: RepositoryAPI,
  notebook: INotebookFile,
  preview: IPublishPreview,
  options: IOptions
): Promise<IPublication | null> {
  const fileName = notebook.path.split('/').pop() ?? notebook.path;
  const body = new PublishBody(trans, api, notebook, preview, options);
  const dialog = new FormDialog<IPublication>({
    trans,
    title: trans.__('Publish %1', fileName),
    body,
    accept: trans.__('Publish'),
    focus: '.jp-Repo-nameInput'
  });
  let instead: (() => Promise<void>) | null = null;
  const leave = (action: () => Promise<void>) => {
    instead = action;
    dialog.reject();
  };
  const { foreign, fork, suggest } = options;
  body.onReveal = cell => leave(() => options.reveal(cell));
  body.onFork = () => foreign && leave(() => fork(foreign));
  body.onSuggest = () => suggest && leave(suggest);
  const { value } = await dialog.launch();
  await (instead as (() => Promise<void>) | null)?.();
  return value;
}
