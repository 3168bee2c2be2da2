import React from 'react';
import { usePanel } from './context';

interface IProps {
  /** what the form does */
  submit: string;
  ready: boolean;
  onCancel: () => void;
}

/** The two buttons under a form of the panel. */
export function FormButtons(props: IProps): React.JSX.Element {
  const { trans } = usePanel();
  return (
    <div className="jp-Repo-actions">
      <button
        type="button"
        className="jp-Repo-button jp-mod-styled jp-mod-reject"
        onClick={props.onCancel}
      >
        {trans.__('Cancel')}
      </button>
      <button
        type="submit"
        className="jp-Repo-button jp-mod-styled jp-mod-accept"
        disabled={!props.ready}
      >
        {props.submit}
      </button>
    </div>
  );
}
