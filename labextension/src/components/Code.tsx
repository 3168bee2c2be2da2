import React from 'react';
import { CopyButton } from './CopyButton';

/** A command to be copied. */
export function Code(props: { text: string; copyLabel: string }): React.JSX.Element {
  return (
    <div className="jp-Repo-code">
      <pre>
        <code>{props.text}</code>
      </pre>
      <CopyButton text={props.text} label={props.copyLabel} />
    </div>
  );
}
