import { TranslationBundle } from '@jupyterlab/translation';
import { Message } from '@lumino/messaging';
import React from 'react';
import { messageOf, RepositoryAPI } from '../api';
import { PublishForm } from '../components/PublishForm';
import { packageNameProblem } from '../text';
import { IPublishChoices, IPublishPreview, Remedy } from '../tokens';
import { FormBody, FormDialog } from './formDialog';

const PREVIEW_DELAY = 250;

/** What the user answered; the remedy is for this publication only, so the notebook does not remember it. */
export interface IPublishAnswer {
  choices: IPublishChoices;
  /** null where the guard found nothing */
  remedy: Remedy | null;
}

/** The form of a publication; asks the repository again when channel or name change. */
class PublishBody extends FormBody<IPublishAnswer> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _api: RepositoryAPI,
    private readonly _notebook: { path: string; kernelId: string | null },
    private _preview: IPublishPreview,
    attachEnvironment: boolean
  ) {
    super();
    const { channel, name, summary, visibility } = _preview;
    const environment = _preview.environment && attachEnvironment;
    this._choices = { channel, name, summary, visibility, environment };
  }

  get valid(): boolean {
    const { can, taken, findings } = this._preview;
    const decided = findings.length === 0 || this._remedy !== null;
    return !this._problem && !this._busy && can && !taken && decided;
  }

  getValue(): IPublishAnswer {
    const choices = { ...this._choices, summary: this._choices.summary.trim() };
    return { choices, remedy: this._remedy };
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
      if (current()) {
        this._problem = messageOf(reason);
      }
    }
    if (current() && !this.isDisposed) {
      this._busy = false;
      this.emit();
    }
  }

  private _choices: IPublishChoices;
  private _chosen: Partial<IPublishChoices> = {};
  private _remedy: Remedy | null = null;
  private _problem = '';
  private _busy = false;
  private _timer = 0;
}

/** Ask how to publish a notebook; null if the user goes back. */
export async function askHowToPublish(
  trans: TranslationBundle,
  api: RepositoryAPI,
  notebook: { path: string; kernelId: string | null },
  preview: IPublishPreview,
  attachEnvironment: boolean
): Promise<IPublishAnswer | null> {
  const fileName = notebook.path.split('/').pop() ?? notebook.path;
  const dialog = new FormDialog<IPublishAnswer>({
    trans,
    title: trans.__('Publish %1', fileName),
    body: new PublishBody(trans, api, notebook, preview, attachEnvironment),
    accept: trans.__('Publish'),
    focus: '.jp-Repo-nameInput'
  });
  return (await dialog.launch()).value;
}
