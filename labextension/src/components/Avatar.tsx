import React, { useState } from 'react';
import { usePanel } from './context';

/** As many as the style sheet has grounds, all dark enough for white letters. */
const GROUNDS = 8;

/** Names without a picture here, so that it is not asked for again with every list. */
const PICTURELESS = new Set<string>();

/**
 * The picture of an account, which the Jupyter server fetches from the repository; where it has none,
 * the first letter of the name on a ground that is always the same for that name.
 */
export function Avatar(props: { name: string; small?: boolean }): React.JSX.Element {
  const { model } = usePanel();
  const src = props.name === '' ? '' : model.api.avatarUrl(props.name);
  const key = `${model.account.status?.url ?? ''} ${props.name}`;
  const [failed, setFailed] = useState('');
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
      {src === '' || failed === key || PICTURELESS.has(key) ? (
        (Array.from(props.name)[0]?.toUpperCase() ?? '?')
      ) : (
        <img
          alt=""
          loading="lazy"
          src={src}
          onError={() => {
            PICTURELESS.add(key);
            setFailed(key);
          }}
        />
      )}
    </span>
  );
}
