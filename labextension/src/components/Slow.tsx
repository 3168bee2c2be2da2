import React from 'react';
import { usePanel } from './context';

/** Says that an answer takes long, and lets the person wait no longer. */
export function Slow(props: { onStop: () => void }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { url } = model.account.status ?? {};
  return (
    <div role="status" className="jp-Repo-slow">
      <span>
        {url
          ? trans.__('%1 takes long to answer.', url)
          : trans.__('The repository takes long to answer.')}
      </span>
      <button type="button" className="jp-Repo-link" onClick={props.onStop}>
        {trans.__('Stop waiting')}
      </button>
    </div>
  );
}
