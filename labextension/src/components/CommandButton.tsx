import { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { usePanel, useSignal } from './context';

interface IProps {
  command: string;
  label: string;
  icon?: LabIcon;
  accept?: boolean;
}

/** A button that executes a command and is enabled when the command is. */
export function CommandButton(props: IProps): React.JSX.Element | null {
  const { commands } = usePanel();
  useSignal(commands.commandChanged);
  if (!commands.hasCommand(props.command)) {
    return null;
  }
  return (
    <button
      type="button"
      className={`jp-Repo-button jp-mod-styled ${props.accept ? 'jp-mod-accept' : 'jp-mod-reject'}`}
      title={commands.caption(props.command)}
      disabled={!commands.isEnabled(props.command)}
      onClick={() => void commands.execute(props.command)}
    >
      {props.icon && (
        <props.icon.react tag="span" className="jp-Repo-icon" width="16px" height="16px" />
      )}
      <span>{props.label}</span>
    </button>
  );
}
