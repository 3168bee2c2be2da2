import React, { useState } from 'react';
import { IThing } from '../tokens';
import { usePanel } from './context';
import { ThingRow } from './ThingRow';

/** As many rows as a page of the list shows; more are asked for. */
const PAGE = 100;

/** The list of my things; the arrow keys walk through it. */
export function ThingList(props: { things: IThing[]; busy: boolean }): React.JSX.Element {
  const { trans } = usePanel();
  const [limit, setLimit] = useState(PAGE);
  const walk = (event: React.KeyboardEvent<HTMLUListElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const rows = Array.from(event.currentTarget.querySelectorAll('button'));
      const here = rows.indexOf(document.activeElement as HTMLButtonElement);
      rows[here + step]?.focus();
      event.preventDefault();
    }
  };
  return (
    <>
      {/* the rows are buttons; the list only adds the arrow keys */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul
        className="jp-Repo-list"
        aria-label={trans.__('My things')}
        aria-busy={props.busy}
        onKeyDown={walk}
      >
        {props.things.slice(0, limit).map(thing => (
          <ThingRow key={thing.full_name} thing={thing} />
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
    </>
  );
}
