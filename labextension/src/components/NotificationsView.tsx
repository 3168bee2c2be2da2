import { Time } from '@jupyterlab/coreutils';
import { bellIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { openPage } from '../pages';
import { INotification } from '../documents/account';
import { BackHeader } from './BackHeader';
import { usePanel, useSignal } from './context';
import { StateMessage } from './StateMessage';

/** `owner/name` where a link leads to a thing, which the panel itself can show. */
const THING = /^\/([^/?#]+\/[^/?#]+)$/;

function Message(props: { message: INotification }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { message } = props;
  const thing = THING.exec(message.link)?.[1];
  const open = () => {
    if (message.kind === 'suggestion') {
      void model.suggestions.open();
    } else if (thing) {
      void model.detail.open(decodeURIComponent(thing));
    } else {
      openPage(model.api, message.link);
    }
  };
  return (
    <li data-new={!message.read}>
      <p>
        {!message.read && <span className="jp-Repo-new">{trans.__('New')}</span>} {message.text}
      </p>
      <div className="jp-Repo-secondary">
        <time dateTime={message.created_at} title={Time.format(message.created_at)}>
          {Time.formatHuman(message.created_at)}
        </time>
        {message.link && (
          <button
            type="button"
            className="jp-Repo-link"
            aria-label={trans.__('Show: %1', message.text)}
            onClick={open}
          >
            {thing ? trans.__('Show') : trans.__('Show in the browser')}
          </button>
        )}
      </div>
    </li>
  );
}

/** What others did that concerns me. */
export function NotificationsView(): React.JSX.Element {
  const { trans, model } = usePanel();
  const { notifications } = model;
  useSignal(notifications.changed);
  const { items, error, unread } = notifications;
  return (
    <article className="jp-Repo-view" aria-label={trans.__('Notifications')}>
      <BackHeader label={trans.__('Back')} onBack={() => notifications.close()}>
        {unread > 0 && (
          <button
            type="button"
            className="jp-Repo-link"
            onClick={() => void notifications.markRead()}
          >
            {trans.__('Mark all as read')}
          </button>
        )}
      </BackHeader>
      <div className="jp-Repo-viewBody">
        <h2>{trans.__('Notifications')}</h2>
        {error && (
          <p role="alert" className="jp-Repo-error">
            {error}
          </p>
        )}
        {items === null ? (
          !error && <p role="status">{trans.__('Loading…')}</p>
        ) : items.length === 0 ? (
          <StateMessage icon={bellIcon} title={trans.__('Nothing new')}>
            <p>
              {trans.__(
                'When somebody shares a thing with you or makes you a member of an organization, it is said here.'
              )}
            </p>
          </StateMessage>
        ) : (
          <ul className="jp-Repo-messages" aria-label={trans.__('Messages')}>
            {items.map((message, index) => (
              <Message key={`${message.created_at} ${index}`} message={message} />
            ))}
          </ul>
        )}
      </div>
    </article>
  );
}
