import { ReactWidget } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import React from 'react';
import { messageOf } from '../request';
import { NotebookDiff } from '../components/NotebookDiff';
import { IComparison, NotebookAPI, Side } from '../notebookApi';
import { changesSentence } from '../text';
import { Drawing } from './drawing';

/** A side that can be chosen: a version of the thing, or the notebook on the screen. */
export interface IChoice {
  key: string;
  label: string;
  side: () => Side;
}

/** Two notebooks compared, with the choice of which. */
export class DiffView extends ReactWidget {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _api: NotebookAPI,
    private readonly _drawing: Drawing | null,
    private readonly _choices: IChoice[],
    private _base: string,
    private _head: string
  ) {
    super();
    this.addClass('jp-Repo-document');
    void this.refresh();
  }

  async refresh(): Promise<void> {
    const [base, head] = [this._base, this._head];
    const turn = ++this._turn;
    this._busy = true;
    this._error = '';
    this.update();
    try {
      const comparison = await this._api.compare(this._side(base), this._side(head));
      if (turn !== this._turn) {
        return; // other versions were chosen meanwhile
      }
      this._comparison = comparison;
      this._compared += 1; // what is drawn belongs to one comparison
    } catch (reason) {
      if (turn !== this._turn) {
        return;
      }
      this._error = messageOf(reason);
    }
    this._busy = false;
    this.update();
  }

  protected render(): React.JSX.Element {
    const trans = this._trans;
    const { diff } = this._comparison ?? {};
    const select = (label: string, value: string, set: (key: string) => void) => (
      <label className="jp-Repo-diffSide">
        <span aria-hidden="true">{label}</span>
        <HTMLSelect
          aria-label={label}
          value={value}
          onChange={event => {
            set(event.target.value);
            void this.refresh();
          }}
        >
          {this._choices.map(choice => (
            <option key={choice.key} value={choice.key}>
              {choice.label}
            </option>
          ))}
        </HTMLSelect>
      </label>
    );
    return (
      <div aria-busy={this._busy}>
        <div className="jp-Repo-diffHead">
          {select(trans.__('From'), this._base, key => (this._base = key))}
          <span aria-hidden="true">→</span>
          {select(trans.__('To'), this._head, key => (this._head = key))}
          <span className="jp-Repo-diffSummary" role="status">
            {this._busy
              ? trans.__('Comparing…')
              : diff && !diff.identical && changesSentence(trans, diff.summary)}
          </span>
          <button
            type="button"
            className="jp-Repo-button jp-mod-styled jp-mod-reject"
            onClick={() => void this.refresh()}
          >
            {trans.__('Compare again')}
          </button>
        </div>
        {this._error ? (
          <p role="alert" className="jp-Repo-error">
            {this._error}
          </p>
        ) : (
          diff && (
            <NotebookDiff key={this._compared} trans={trans} diff={diff} drawing={this._drawing} />
          )
        )}
      </div>
    );
  }

  private _side(key: string): Side {
    const choice = this._choices.find(one => one.key === key) ?? this._choices[0];
    return choice.side();
  }

  private _comparison: IComparison | null = null;
  private _compared = 0;
  private _turn = 0;
  private _busy = false;
  private _error = '';
}
