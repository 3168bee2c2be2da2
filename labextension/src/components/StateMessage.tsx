import { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

interface IProps {
  icon: LabIcon;
  title: string;
  /** an alarm is read out at once */
  alarm?: boolean;
  busy?: boolean;
  children?: React.ReactNode;
}

/** A state that fills the panel: an icon, what is the matter, and the way on. */
export function StateMessage(props: IProps): React.JSX.Element {
  return (
    <div
      className="jp-Repo-state"
      role={props.alarm ? 'alert' : 'status'}
      aria-busy={props.busy ? true : undefined}
    >
      <props.icon.react
        tag="span"
        className={`jp-Repo-stateIcon ${props.busy ? 'jp-mod-busy' : ''}`}
        width="36px"
        height="36px"
      />
      <h2>{props.title}</h2>
      {props.children}
    </div>
  );
}
