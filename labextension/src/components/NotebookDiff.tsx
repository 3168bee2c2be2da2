import { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import { IDiff, IDiffCell, IDiffField, IDiffLine } from '../notebookApi';
import { Drawing } from '../widgets/drawing';
import { DiffOutputs, DiffText } from './DiffOutputs';

interface IProps {
  trans: TranslationBundle;
  diff: IDiff;
  /** draws outputs and Markdown; without it they are told in words */
  drawing?: Drawing | null;
}

interface ICellProps {
  trans: TranslationBundle;
  cell: IDiffCell;
  drawing: Drawing | null;
}

const SIGNS: Record<string, string> = { '+': '+', '-': '−', '~': '~', ' ': ' ', '…': '⋯' };

/** The text of a line, with what differs within it marked. */
function Marked(props: { line: IDiffLine }): React.JSX.Element {
  const { text, marks } = props.line;
  const pieces: React.ReactNode[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    pieces.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  pieces.push(text.slice(at));
  return <>{pieces}</>;
}

function Line(props: { trans: TranslationBundle; line: IDiffLine }): React.JSX.Element {
  const { trans, line } = props;
  const Tag = line.op === '+' ? 'ins' : line.op === '-' ? 'del' : 'span';
  return (
    <Tag className="jp-Repo-diffLine" data-op={line.op}>
      <span className="jp-Repo-diffNumber" aria-hidden="true">
        {line.head ?? line.base ?? ''}
      </span>
      <span className="jp-Repo-diffSign" aria-hidden="true">
        {SIGNS[line.op]}
      </span>
      <code>
        {line.op === '…' ? (
          trans._n('%1 equal line', '%1 equal lines', Number(line.text) || 0)
        ) : (
          <Marked line={line} />
        )}
      </code>
    </Tag>
  );
}

function Fields(props: { fields: IDiffField[] }): React.JSX.Element {
  return (
    <dl className="jp-Repo-diffFields">
      {props.fields.map(({ op, path, base, head }) => (
        <React.Fragment key={path}>
          <dt>{path}</dt>
          <dd data-op={op}>
            {base !== null && <del>{base}</del>}
            {base !== null && head !== null && ' → '}
            {head !== null && <ins>{head}</ins>}
          </dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

/** What became of a cell, in a word or two. */
function fate(trans: TranslationBundle, cell: IDiffCell): string {
  const words = {
    same: cell.outputs_changed ? trans.__('Other outputs') : trans.__('Same'),
    added: trans.__('Added'),
    removed: trans.__('Removed'),
    changed: trans.__('Changed')
  }[cell.change];
  const moved = trans.__('Moved from %1', cell.base ?? 0);
  return !cell.moved ? words : cell.change === 'same' ? moved : `${words} · ${moved}`;
}

function Cell(props: ICellProps): React.JSX.Element {
  const { trans, cell } = props;
  const number = cell.head ?? cell.base ?? 0;
  const types: Record<string, string> = {
    code: trans.__('Code'),
    markdown: trans.__('Markdown'),
    raw: trans.__('Raw')
  };
  const type = types[cell.type] ?? cell.type;
  return (
    <li className="jp-Repo-diffCell" data-change={cell.change}>
      <div className="jp-Repo-diffCellHead">
        <span className="jp-Repo-diffPrompt">[{number}]</span>
        <span className="jp-Repo-diffFate">{fate(trans, cell)}</span>
        <span className="jp-Repo-secondary">
          {cell.old_type ? trans.__('%1, was %2', type, types[cell.old_type]) : type}
        </span>
      </div>
      <pre className="jp-Repo-diffSource">
        {cell.source.lines.map((line, index) => (
          <Line key={index} trans={trans} line={line} />
        ))}
        {cell.source.truncated && (
          <span className="jp-Repo-hint">{trans.__('The rest is too long to be shown.')}</span>
        )}
      </pre>
      <DiffText {...props} />
      <DiffOutputs {...props} />
      {cell.attachments.map(({ op, name }) => (
        <div key={name} className="jp-Repo-secondary">
          {SIGNS[op]} {trans.__('Attachment %1', name)}
        </div>
      ))}
      {cell.metadata.length > 0 && <Fields fields={cell.metadata} />}
    </li>
  );
}

/** Equal cells in a row, closed until they are asked for. */
function Same(props: Omit<ICellProps, 'cell'> & { cells: IDiffCell[] }): React.JSX.Element {
  const { trans, cells, drawing } = props;
  const [open, setOpen] = useState(false);
  return (
    <>
      <li className="jp-Repo-diffSame">
        <button
          type="button"
          className="jp-Repo-link"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {trans._n('%1 cell is the same', '%1 cells are the same', cells.length)}
        </button>
      </li>
      {open &&
        cells.map((cell, index) => (
          <Cell key={index} trans={trans} cell={cell} drawing={drawing} />
        ))}
    </>
  );
}

function isSame(cell: IDiffCell): boolean {
  return (
    cell.change === 'same' && !cell.moved && !cell.outputs_changed && cell.metadata.length === 0
  );
}

/** The cells, those that are the same in a row put together. */
function runs(cells: IDiffCell[]): (IDiffCell | IDiffCell[])[] {
  const found: (IDiffCell | IDiffCell[])[] = [];
  for (const cell of cells) {
    const last = found[found.length - 1] as IDiffCell | IDiffCell[] | undefined;
    if (!isSame(cell)) {
      found.push(cell);
    } else if (Array.isArray(last)) {
      last.push(cell);
    } else {
      found.push([cell]);
    }
  }
  return found;
}

/** Two notebooks compared, cell by cell. */
export function NotebookDiff(props: IProps): React.JSX.Element {
  const { trans, diff, drawing = null } = props;
  if (diff.identical) {
    return <p className="jp-Repo-diffNothing">{trans.__('The two are the same.')}</p>;
  }
  return (
    <>
      {diff.truncated && (
        <p role="status" className="jp-Repo-hint">
          {trans.__('Some of it is too large to be compared or shown whole.')}
        </p>
      )}
      {diff.metadata.length > 0 && (
        <details className="jp-Repo-diffMetadata">
          <summary>
            {trans._n(
              '%1 setting of the notebook',
              '%1 settings of the notebook',
              diff.metadata.length
            )}
          </summary>
          <Fields fields={diff.metadata} />
        </details>
      )}
      <ol className="jp-Repo-diffCells" aria-label={trans.__('Cells')}>
        {runs(diff.cells).map((one, index) =>
          Array.isArray(one) ? (
            <Same key={index} trans={trans} cells={one} drawing={drawing} />
          ) : (
            <Cell key={index} trans={trans} cell={one} drawing={drawing} />
          )
        )}
      </ol>
    </>
  );
}
