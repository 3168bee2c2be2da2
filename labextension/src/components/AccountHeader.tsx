import { ellipsesIcon, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs, IStatus } from '../tokens';
import { usePanel } from './context';
import { IconButton } from './IconButton';

/** Who I am and where; with the menu of what can be done about it. */
export function AccountHeader(props: { status: IStatus; busy: boolean }): React.JSX.Element {
  const { trans, commands, openMenu } = usePanel();
  const { status } = props;
  const name = status.account ?? trans.__('Not signed in');
  const host = status.url.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return (
    <header className="jp-Repo-header">
      <span className="jp-Repo-avatar" aria-hidden="true">
        {status.account ? status.account.slice(0, 1).toUpperCase() : '?'}
      </span>
      <div className="jp-Repo-who">
        <div className="jp-Repo-account" title={name}>
          {name}
        </div>
        <button
          type="button"
          className="jp-Repo-link jp-Repo-host"
          title={trans.__('Open %1 in the browser', status.url)}
          onClick={() => void commands.execute(CommandIDs.openInBrowser)}
        >
          {host}
        </button>
        {status.embedded && (
          <span className="jp-Repo-where" title={trans.__('The repository runs with this Jupyter')}>
            {trans.__('on this computer')}
          </span>
        )}
      </div>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Refresh')}
        disabled={props.busy}
        onClick={() => void commands.execute(CommandIDs.refresh)}
      />
      <IconButton
        icon={ellipsesIcon}
        label={trans.__('Account and repository')}
        hasMenu
        onClick={event => openMenu(event.currentTarget)}
      />
    </header>
  );
}
