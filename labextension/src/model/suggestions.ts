import { RepositoryAPI } from '../api';
import { IRefusal, refusalOf } from '../request';
import { Decision, ISuggestion, NotebookAPI } from '../notebookApi';
import { Model } from './base';
import { ViewsModel } from './views';

/** Changes that others suggest to my notebooks, and those that I suggest to theirs. */
export class SuggestionsModel extends Model {
  constructor(
    api: RepositoryAPI,
    private readonly _views: ViewsModel
  ) {
    super();
    this._api = new NotebookAPI(api);
  }

  /** Those that I may decide, newest first; null before the first answer. */
  get received(): ISuggestion[] | null {
    return this._received;
  }

  /** My own, newest first. */
  get sent(): ISuggestion[] {
    return this._sent;
  }

  get refusal(): IRefusal | null {
    return this._refusal;
  }

  async open(): Promise<void> {
    this._views.show('suggestions');
    await this.refresh();
  }

  /** Forget everything: somebody else may be signed in. */
  close(): void {
    this.asking(); // what comes now is somebody else's
    this._received = null;
    this._sent = [];
    this._refusal = null;
    this._views.hide('suggestions');
  }

  /** Ask again, where they are shown. */
  async refresh(): Promise<void> {
    if (!this._views.has('suggestions')) {
      return;
    }
    const isLatest = this.asking();
    try {
      const [received, sent] = await Promise.all([
        this._api.suggestions({ box: 'in' }),
        this._api.suggestions({ box: 'out' })
      ]);
      if (!isLatest()) {
        return;
      }
      this._received = received;
      this._sent = sent;
      this._refusal = null;
    } catch (reason) {
      if (!isLatest()) {
        return;
      }
      this._refusal = refusalOf(reason);
    }
    this.emit();
  }

  /** Accept or decline with a word (or none), or withdraw. */
  decide(suggestion: ISuggestion, decision: Decision, word = ''): Promise<ISuggestion> {
    return this._api.decide(suggestion.id, decision, word);
  }

  private readonly _api: NotebookAPI;
  private _received: ISuggestion[] | null = null;
  private _sent: ISuggestion[] = [];
  private _refusal: IRefusal | null = null;
}
