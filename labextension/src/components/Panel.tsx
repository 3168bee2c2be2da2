import { infoIcon, offlineBoltIcon, userIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { repoIcon } from '../icon';
import { CommandIDs } from '../tokens';
import { VERSION } from '../version';
import { AccountHeader } from './AccountHeader';
import { Code } from './Code';
import { CommandButton } from './CommandButton';
import { EnvironmentsView } from './EnvironmentsView';
import { NotificationsView } from './NotificationsView';
import { OrganizationsView } from './OrganizationsView';
import { Slow } from './Slow';
import { StateMessage } from './StateMessage';
import { ThingDetail } from './ThingDetail';
import { Things } from './Things';
import { SuggestionsView } from './SuggestionsView';
import { TokenView } from './TokenView';
import { usePanel, useSignal } from './context';

const ENABLE = 'jupyter server extension enable jupyter_repo';
const UPGRADE = 'pip install --upgrade jupyter-repo';

/** The state of the account where nothing can be done yet, with the way on; null when ready. */
function Obstacle(): React.JSX.Element | null {
  const { trans, model } = usePanel();
  const { account } = model;
  const { status, message } = account;
  const retry = <CommandButton command={CommandIDs.refresh} label={trans.__('Try again')} accept />;
  const copy = trans.__('Copy the command');
  switch (account.state) {
    case 'ready':
      return null;
    case 'loading':
      return account.isSlow ? (
        <StateMessage icon={repoIcon} title={trans.__('Waiting for the repository')} busy>
          <p>{trans.__('It takes long to answer. It may be far away, or busy.')}</p>
          <div className="jp-Repo-actions">
            <button
              type="button"
              className="jp-Repo-button jp-mod-styled jp-mod-reject"
              onClick={() => account.stop()}
            >
              {trans.__('Stop waiting')}
            </button>
            <CommandButton command={CommandIDs.editSettings} label={trans.__('Settings')} />
          </div>
        </StateMessage>
      ) : (
        <StateMessage icon={repoIcon} title={trans.__('Loading…')} busy />
      );
    case 'stopped':
      return (
        <StateMessage icon={repoIcon} title={trans.__('Not connected')}>
          <p>{trans.__('You stopped waiting for the repository.')}</p>
          {retry}
        </StateMessage>
      );
    case 'starting':
      return (
        <StateMessage icon={repoIcon} title={trans.__('The repository is starting')} busy>
          <p>{message || trans.__('This takes a few seconds.')}</p>
        </StateMessage>
      );
    case 'signed-out':
      return (
        <StateMessage icon={userIcon} title={trans.__('You are signed out')}>
          <p>
            {message ||
              trans.__('Sign in to %1 to publish and to see your things.', status?.url ?? '')}
          </p>
          <div className="jp-Repo-actions">
            <CommandButton command={CommandIDs.signIn} label={trans.__('Sign in')} accept />
            {status && status.sign_up !== 'closed' && (
              <CommandButton command={CommandIDs.signUp} label={trans.__('Sign up')} />
            )}
          </div>
        </StateMessage>
      );
    case 'missing':
      return (
        <StateMessage icon={infoIcon} title={trans.__('The server part is missing')} alarm>
          <p>
            {trans.__(
              'This Jupyter server runs without the extension that talks to the repository. Enable it, then restart Jupyter:'
            )}
          </p>
          <Code text={ENABLE} copyLabel={copy} />
          {retry}
        </StateMessage>
      );
    case 'mismatch':
      return (
        <StateMessage icon={infoIcon} title={trans.__('Two versions of Jupyter Repo')} alarm>
          <p>
            {trans.__(
              'This page has version %1, the Jupyter server has version %2. Install one version for both, restart Jupyter and reload this page:',
              VERSION,
              status?.version ?? '?'
            )}
          </p>
          <Code text={UPGRADE} copyLabel={copy} />
          <button
            type="button"
            className="jp-Repo-button jp-mod-styled jp-mod-accept"
            onClick={() => window.location.reload()}
          >
            {trans.__('Reload the page')}
          </button>
        </StateMessage>
      );
    case 'offline':
      return (
        <StateMessage icon={offlineBoltIcon} title={trans.__('Jupyter does not answer')} alarm>
          <p>{trans.__('The Jupyter server of this page has stopped or can’t be reached.')}</p>
          {retry}
        </StateMessage>
      );
    case 'other-version':
      return (
        <StateMessage icon={infoIcon} title={trans.__('The repository has another version')} alarm>
          <p>{message}</p>
          {retry}
        </StateMessage>
      );
    case 'unreachable':
      return (
        <StateMessage
          icon={offlineBoltIcon}
          title={trans.__('The repository can’t be reached')}
          alarm
        >
          <p>{message}</p>
          {retry}
        </StateMessage>
      );
  }
}

/** The view that was opened last, or the list. */
function View(): React.JSX.Element {
  const { model } = usePanel();
  switch (model.views.top) {
    case 'tokens':
      return <TokenView />;
    case 'detail':
      return <ThingDetail />;
    case 'organizations':
      return <OrganizationsView />;
    case 'notifications':
      return <NotificationsView />;
    case 'environments':
      return <EnvironmentsView />;
    case 'suggestions':
      return <SuggestionsView />;
    case null:
      return <Things />;
  }
}

/** The whole panel: who and where, then what stands in the way or the view that is open. */
export function Panel(): React.JSX.Element {
  const { model } = usePanel();
  const { account, views } = model;
  useSignal(account.changed);
  useSignal(views.changed);
  const { status } = account;
  return (
    <>
      {status && account.state !== 'mismatch' && account.state !== 'missing' && (
        <AccountHeader status={status} busy={account.busy} />
      )}
      {account.isSlow && account.state !== 'loading' && <Slow onStop={() => account.stop()} />}
      {account.state === 'ready' ? <View /> : <Obstacle />}
    </>
  );
}
