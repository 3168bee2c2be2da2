import { caretLeftIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useRef } from 'react';

interface IProps {
  label: string;
  onBack: () => void;
  children?: React.ReactNode;
}

/** The way back from a view to the list; takes the focus, since the list that had it is gone. */
export function BackHeader(props: IProps): React.JSX.Element {
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  return (
    <div className="jp-Repo-back">
      <button ref={back} type="button" className="jp-Repo-link" onClick={props.onBack}>
        <caretLeftIcon.react tag="span" className="jp-Repo-icon" width="16px" height="16px" />
        {props.label}
      </button>
      <span className="jp-Repo-spacer" />
      {props.children}
    </div>
  );
}
