import React from 'react';
import { kindPlural } from '../text';
import { Counts, Kind, KINDS } from '../documents/things';
import { usePanel } from './context';

interface IProps {
  kind: Kind | null;
  /** where they are known */
  counts: Counts;
}

/** One chip for each kind, with the number of things that it would leave. */
export function KindFilter(props: IProps): React.JSX.Element {
  const { trans, model } = usePanel();
  const known = props.counts.all !== undefined;
  const chip = (kind: Kind | null, label: string) => (
    <button
      key={kind ?? 'all'}
      type="button"
      className="jp-Repo-chip"
      aria-pressed={props.kind === kind}
      onClick={() => {
        model.things.kind = kind;
      }}
    >
      {label} {known && <span className="jp-Repo-count">{props.counts[kind ?? 'all'] ?? 0}</span>}
    </button>
  );
  return (
    <div className="jp-Repo-chips" role="group" aria-label={trans.__('Filter by kind')}>
      {chip(null, trans.__('All'))}
      {KINDS.map(kind => chip(kind, kindPlural(trans, kind)))}
    </div>
  );
}
