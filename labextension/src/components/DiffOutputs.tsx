import { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import React, { useId, useState } from 'react';
import { IDiffCell, IDiffOutput, IDiffText } from '../notebookApi';
import { formatSize } from '../text';
import { Drawing } from '../widgets/drawing';
import { Drawn } from './Drawn';

interface IProps {
  trans: TranslationBundle;
  cell: IDiffCell;
  /** null: outputs are told in words */
  drawing: Drawing | null;
}

interface ISide {
  make: () => Widget;
  fallback: string;
}

/** Two sides beside each other, or below where there is no room; one alone where there is one. */
function Sides(props: {
  trans: TranslationBundle;
  before: ISide | null;
  after: ISide | null;
}): React.JSX.Element {
  const { trans, before, after } = props;
  const sides: [string, ISide | null][] = [
    [trans.__('Before'), before],
    [trans.__('After'), after]
  ];
  return (
    <div className="jp-Repo-diffSides">
      {sides.map(
        ([label, side]) =>
          side && (
            <div key={label} role="group" aria-label={label}>
              {before && after && (
                <div className="jp-Repo-secondary" aria-hidden="true">
                  {label}
                </div>
              )}
              <Drawn {...side} />
            </div>
          )
      )}
    </div>
  );
}

/** A Markdown cell as it reads. */
export function DiffText({ trans, cell, drawing }: IProps): React.JSX.Element | null {
  if (drawing === null || cell.texts === null) {
    return null;
  }
  const { before, after } = cell.texts;
  const side = (text: IDiffText | null): ISide | null =>
    text && { make: () => drawing.text(text), fallback: text.source };
  return (
    <div className="jp-Repo-diffText">
      <Sides trans={trans} before={side(before)} after={side(after)} />
    </div>
  );
}

function Output(props: Omit<IProps, 'cell'> & { output: IDiffOutput }): React.JSX.Element {
  const { trans, output, drawing } = props;
  const { op, before, after } = output;
  const words = {
    '+': trans.__('New output'),
    '-': trans.__('Output left out'),
    '~': trans.__('Output changed'),
    ' ': trans.__('Output')
  }[op];
  const kinds = output.mime.length > 0 ? output.mime.join(', ') : output.type;
  const whole = (op === '+' || before !== null) && (op === '-' || after !== null);
  const side = (one: IDiffOutput['before']): ISide | null =>
    one && drawing && { make: () => drawing.output(one), fallback: output.text };
  return (
    <li data-op={op}>
      <div className="jp-Repo-secondary">
        {words} · {kinds} · {formatSize(output.size)}
      </div>
      {drawing !== null && whole ? (
        <Sides trans={trans} before={side(before)} after={side(after)} />
      ) : (
        output.text && <pre>{output.text}</pre>
      )}
      {drawing !== null && !whole && (
        <div className="jp-Repo-hint">{trans.__('It is too large to be shown here.')}</div>
      )}
    </li>
  );
}

/** The outputs of a cell that differ, closed until they are asked for: the source comes first. */
export function DiffOutputs({ trans, cell, drawing }: IProps): React.JSX.Element | null {
  const [open, setOpen] = useState(false);
  const list = useId();
  const outputs = cell.outputs.filter(({ op }) => op !== ' ');
  if (outputs.length === 0) {
    return null;
  }
  const label =
    cell.change === 'changed'
      ? trans.__('Outputs changed (%1)', outputs.length)
      : trans.__('Outputs (%1)', outputs.length);
  return (
    <div className="jp-Repo-diffOutputs">
      <button
        type="button"
        className="jp-Repo-link"
        aria-expanded={open}
        aria-controls={open ? list : undefined}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <ul id={list}>
          {outputs.map((output, index) => (
            <Output key={index} trans={trans} output={output} drawing={drawing} />
          ))}
        </ul>
      )}
    </div>
  );
}
