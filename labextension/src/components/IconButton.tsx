import { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

interface IProps {
  icon: LabIcon;
  label: string;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  disabled?: boolean;
  hasMenu?: boolean;
  className?: string;
}

/** A button of one icon, named by its label. */
export function IconButton(props: IProps): React.JSX.Element {
  return (
    <button
      type="button"
      className={`jp-Repo-iconButton ${props.className ?? ''}`}
      title={props.label}
      aria-label={props.label}
      aria-haspopup={props.hasMenu ? 'menu' : undefined}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <props.icon.react tag="span" className="jp-Repo-icon" width="16px" height="16px" />
    </button>
  );
}
