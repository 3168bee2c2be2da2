import React, { useState } from 'react';
import { scopeLabel } from '../text';
import { IThing } from '../documents/things';
import { usePanel } from './context';
import { ThingRow } from './ThingRow';

/** As many rows as a page of the list shows; more are asked for. */
const PAGE = 100;

const STEPS: Record<string, number | undefined> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity
};

/**
 * The list of things. The Tab key reaches one row; from there
 * arrows, Page Up and Down, Home and End walk, right and left go to the star and back,
 * `x` chooses, Control+A chooses all while things are being chosen, and Escape ends that.
 */
export function ThingList(props: { things: IThing[]; busy: boolean }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { selection } = model;
  const [limit, setLimit] = useState(PAGE);
  const [current, setCurrent] = useState('');
  const shown = props.things.slice(0, limit);
  const reached = shown.some(({ full_name }) => full_name === current)
    ? current
    : shown[0]?.full_name;

  const walk = (event: React.KeyboardEvent<HTMLUListElement>) => {
    const rows = Array.from(event.currentTarget.querySelectorAll<HTMLElement>('.jp-Repo-row'));
    const item = (event.target as HTMLElement).closest('li');
    const here = rows.findIndex(row => item?.contains(row));
    const step = STEPS[event.key];
    if (step !== undefined && here >= 0) {
      rows[Math.min(rows.length - 1, Math.max(0, here + step))].focus();
    } else if (event.key === 'ArrowRight') {
      item?.querySelector<HTMLElement>('.jp-Repo-star')?.focus();
    } else if (event.key === 'ArrowLeft') {
      rows[here]?.focus();
    } else if (event.key === 'x' && here >= 0) {
      selection.toggle(shown[here]);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && selection.active) {
      selection.toggleAll(props.things);
    } else if (event.key === 'Escape' && selection.active) {
      selection.stop();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <>
      {/* the rows are buttons; the list only adds the arrow keys */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul
        className="jp-Repo-list"
        aria-label={
          model.things.scope === 'mine'
            ? trans.__('My things')
            : scopeLabel(trans, model.things.scope)
        }
        aria-busy={props.busy}
        onKeyDown={walk}
        onFocus={event => setCurrent(event.target.dataset.name ?? current)}
      >
        {shown.map(thing => (
          <ThingRow key={thing.full_name} thing={thing} current={thing.full_name === reached} />
        ))}
      </ul>
      {props.things.length > limit && (
        <button
          type="button"
          className="jp-Repo-link jp-Repo-more"
          onClick={() => setLimit(limit + PAGE)}
        >
          {trans.__('Show %1 more', Math.min(PAGE, props.things.length - limit))}
        </button>
      )}
      {model.things.truncated && (
        <p className="jp-Repo-hint jp-Repo-more">
          {trans.__('These are the first %1; search to find others.', props.things.length)}
        </p>
      )}
    </>
  );
}
