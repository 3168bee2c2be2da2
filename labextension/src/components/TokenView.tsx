import { addIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { BackHeader } from './BackHeader';
import { ChannelSelect } from './ChannelSelect';
import { usePanel, useSignal } from './context';
import { TokenForm } from './TokenForm';
import { TokenList } from './TokenList';
import { TokenSecret } from './TokenSecret';

/** The access tokens of a channel: list, create, revoke. */
export function TokenView(): React.JSX.Element {
  const { trans, model } = usePanel();
  const { tokens, account } = model;
  useSignal(tokens.changed);
  const [creating, setCreating] = useState(false);
  return (
    <article className="jp-Repo-view" aria-label={trans.__('Access tokens')}>
      <BackHeader label={trans.__('Back')} onBack={() => tokens.close()} />
      <div className="jp-Repo-viewBody">
        <h2>{trans.__('Access tokens')}</h2>
        <p className="jp-Repo-hint">
          {trans.__(
            'With a token, conda, pip and other programs reach the private things of a channel.'
          )}
        </p>
        {account.channels.length > 1 && (
          <ChannelSelect
            trans={trans}
            channels={account.channels}
            value={tokens.channel ?? ''}
            onChange={channel => void tokens.open(channel)}
          />
        )}
        {tokens.error && (
          <p role="alert" className="jp-Repo-error">
            {tokens.error}
          </p>
        )}
        {tokens.created && <TokenSecret token={tokens.created} />}
        {creating ? (
          <TokenForm
            key={tokens.channel}
            scopes={tokens.scopes}
            onDone={() => setCreating(false)}
          />
        ) : (
          <div className="jp-Repo-actions">
            <button
              type="button"
              className="jp-Repo-button jp-mod-styled jp-mod-accept"
              disabled={tokens.tokens === null}
              onClick={() => setCreating(true)}
            >
              <addIcon.react tag="span" className="jp-Repo-icon" width="16px" height="16px" />
              {trans.__('New token')}
            </button>
          </div>
        )}
        {tokens.tokens ? (
          <TokenList tokens={tokens.tokens} />
        ) : (
          !tokens.error && <p role="status">{trans.__('Loading…')}</p>
        )}
      </div>
    </article>
  );
}
