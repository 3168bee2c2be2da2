import React from 'react';

/** As many as the style sheet has grounds, all dark enough for white letters. */
const GROUNDS = 8;

/** The first letter of a name on a ground that is always the same for that name. */
export function Avatar(props: { name: string; small?: boolean }): React.JSX.Element {
  const sum = Array.from(props.name.toLowerCase()).reduce(
    (value, letter) => (value * 31 + (letter.codePointAt(0) ?? 0)) % 9973,
    7
  );
  return (
    <span
      className={`jp-Repo-avatar ${props.small ? 'jp-mod-small' : ''}`}
      data-ground={sum % GROUNDS}
      aria-hidden="true"
    >
      {Array.from(props.name)[0]?.toUpperCase()}
    </span>
  );
}
