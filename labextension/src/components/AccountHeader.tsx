import { bellIcon, ellipsesIcon, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { diffIcon } from '../icon';
import { IStatus } from '../documents/account';
import { CommandIDs } from '../tokens';
import { Avatar } from './Avatar';
import { usePanel, useSignal } from './context';
import { IconButton } from './IconButton';

/** Who I am and where; with what is new, and the menu of what can be done about it. */
export function AccountHeader(props: { status: IStatus; busy: boolean }): React.JSX.Element {
  const { trans, model, commands, openMenu } = usePanel();
  const { notifications, account } = model;
  useSignal(notifications.changed);
  const { status } = props;
  const name = status.account ?? trans.__('Not signed in');
  const host = status.url.replace(/^https?:\/\//, '').replace(/\/$/, '');
  const acting = status.account !== null && account.active !== status.account;
  const { unread } = notifications;
  return (
    <header className="jp-Repo-header">
      <Avatar name={status.account ?? ''} />
      <div className="jp-Repo-who">
        <div
          className="jp-Repo-account"
          title={acting ? trans.__('%1 for %2', name, account.active) : name}
        >
          {name}
          {acting && <span className="jp-Repo-acting"> {trans.__('for %1', account.active)}</span>}
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
      {account.state === 'ready' && status.suggestions > 0 && (
        <span className="jp-Repo-bell">
          <IconButton
            icon={diffIcon}
            label={trans._n(
              'Suggested changes: %1 to decide',
              'Suggested changes: %1 to decide',
              status.suggestions
            )}
            onClick={() => void commands.execute(CommandIDs.showSuggestions)}
          />
          <span className="jp-Repo-badge" aria-hidden="true">
            {status.suggestions > 99 ? '99+' : status.suggestions}
          </span>
        </span>
      )}
      {account.state === 'ready' && (
        <span className="jp-Repo-bell">
          <IconButton
            icon={bellIcon}
            label={
              unread > 0
                ? trans._n('Notifications: %1 new', 'Notifications: %1 new', unread)
                : trans.__('Notifications')
            }
            onClick={() => void commands.execute(CommandIDs.showNotifications)}
          />
          {unread > 0 && (
            <span className="jp-Repo-badge" aria-hidden="true">
              {unread > 99 ? '99+' : unread}
            </span>
          )}
        </span>
      )}
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
