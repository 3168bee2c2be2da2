import React, { useEffect, useRef, useState } from 'react';
import { scopeLabel } from '../text';
import { IThing } from '../documents/things';
import { usePanel } from './context';
import { ThingRow } from './ThingRow';

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
  const { selection, things } = model;
  const list = useRef<HTMLUListElement>(null);
  const goOn = useRef<number | null>(null);
  const [current, setCurrent] = useState('');
  const shown = props.things;
  const reached = shown.some(({ full_name }) => full_name === current)
    ? current
    : shown[0]?.full_name;

  // who asked for more by keyboard goes on where the new rows begin
  useEffect(() => {
    const next = goOn.current;
    if (next !== null && shown.length > next) {
      goOn.current = null;
      list.current?.querySelectorAll<HTMLElement>('.jp-Repo-row')[next].focus();
    }
  }, [shown.length]);

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
        ref={list}
        className="jp-Repo-list"
        aria-label={
          things.scope === 'mine' ? trans.__('My things') : scopeLabel(trans, things.scope)
        }
        aria-busy={props.busy}
        onKeyDown={walk}
        onFocus={event => setCurrent(event.target.dataset.name ?? current)}
      >
        {shown.map(thing => (
          <ThingRow key={thing.full_name} thing={thing} current={thing.full_name === reached} />
        ))}
      </ul>
      {things.hasMore && (
        <p className="jp-Repo-more">
          <button
            type="button"
            className="jp-Repo-link"
            disabled={props.busy}
            onClick={() => {
              goOn.current = shown.length;
              void things.loadMore();
            }}
          >
            {props.busy ? trans.__('Loading…') : trans.__('Show more')}
          </button>
          <span className="jp-Repo-secondary">
            {things.total === undefined
              ? trans.__('the first %1', shown.length)
              : trans.__('%1 of %2', shown.length, things.total)}
          </span>
        </p>
      )}
    </>
  );
}
