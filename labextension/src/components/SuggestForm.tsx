import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { IComparison } from '../notebookApi';
import { changesSentence } from '../text';
import { IFinding, Remedy } from '../documents/publishing';
import { Drawing } from '../widgets/drawing';
import { Field } from './Field';
import { Findings } from './Findings';
import { NotebookDiff } from './NotebookDiff';

interface IProps {
  trans: TranslationBundle;
  target: string;
  /** what is wrong with the target, or '' */
  problem: string;
  message: string;
  /** what it changes, once that is known */
  comparison: IComparison | null;
  /** draws outputs; null: they are told in words */
  drawing: Drawing | null;
  busy: boolean;
  findings: IFinding[];
  remedy: Remedy | null;
  onTarget: (target: string) => void;
  onMessage: (message: string) => void;
  onRemedy: (remedy: Remedy) => void;
  onReveal: (cell: number) => void;
}

/** A change that is about to be suggested: to which notebook, why, and what it changes. */
export function SuggestForm(props: IProps): React.JSX.Element {
  const { trans, comparison, findings, busy } = props;
  const diff = comparison?.diff;
  return (
    <div className="jp-Repo-form" aria-busy={busy}>
      <Field
        label={trans.__('Notebook')}
        hint={trans.__('Its link or name, such as alice/rain')}
        error={props.problem}
      >
        {control => (
          <input
            {...control}
            className="jp-mod-styled jp-Repo-targetInput"
            value={props.target}
            spellCheck={false}
            autoComplete="off"
            onChange={event => props.onTarget(event.target.value)}
          />
        )}
      </Field>
      <Field label={trans.__('What it changes, and why')}>
        {control => (
          <textarea
            {...control}
            className="jp-mod-styled jp-Repo-messageInput"
            rows={3}
            maxLength={2000}
            value={props.message}
            onChange={event => props.onMessage(event.target.value)}
          />
        )}
      </Field>
      {findings.length > 0 && (
        <Findings
          trans={trans}
          findings={findings}
          anyway={trans.__('Send anyway')}
          remedy={props.remedy}
          onChange={props.onRemedy}
          onReveal={props.onReveal}
        />
      )}
      <div className="jp-Repo-outcome" role="status">
        {busy
          ? trans.__('Comparing…')
          : !comparison || !diff
            ? trans.__('Say which notebook it is for.')
            : diff.identical
              ? trans.__('Nothing differs from %1.', comparison.base.title)
              : trans.__(
                  'Against %1: %2. Its author sees this and decides.',
                  comparison.base.title,
                  changesSentence(trans, diff.summary)
                )}
      </div>
      {diff && !diff.identical && (
        // scrolled by keyboard too
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className="jp-Repo-diffBox" role="group" aria-label={trans.__('Changes')} tabIndex={0}>
          <NotebookDiff trans={trans} diff={diff} drawing={props.drawing} />
        </div>
      )}
    </div>
  );
}
