import { Time } from '@jupyterlab/coreutils';
import { deleteIcon, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { confirmAndDo } from '../confirm';
import { IAccessToken } from '../documents/access';
import { usePanel } from './context';
import { IconButton } from './IconButton';

/** A date, as people here write it. */
function day(moment: string): string {
  return new Date(moment).toLocaleDateString(undefined, { dateStyle: 'medium' });
}

function Token(props: { token: IAccessToken }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { token } = props;
  const life =
    token.state === 'revoked'
      ? trans.__('Revoked')
      : token.expires_at === null
        ? trans.__('Never expires')
        : token.state === 'expired'
          ? trans.__('Expired on %1', day(token.expires_at))
          : trans.__('Expires on %1', day(token.expires_at));
  const revoke = () =>
    void confirmAndDo(
      trans,
      {
        title: trans.__('Revoke the token %1?', token.name),
        body: trans.__('Whatever uses it is refused from this moment. This can’t be undone.'),
        accept: trans.__('Revoke')
      },
      () => model.tokens.revoke(token.name)
    );
  const rotate = () =>
    void confirmAndDo(
      trans,
      {
        title: trans.__('Rotate the token %1?', token.name),
        body: trans.__(
          'You get a new secret of the same name and scopes. The old one works for another week, so that you can put the new one in its place.'
        ),
        accept: trans.__('Rotate'),
        harmless: true
      },
      () => model.tokens.rotate(token.name)
    );
  return (
    <li className="jp-Repo-token" data-state={token.state}>
      <div className="jp-Repo-fileMain">
        <div className="jp-Repo-rowLine">
          <span className="jp-Repo-name">{token.name}</span>
          {token.display && <code className="jp-Repo-secondary">{token.display}…</code>}
        </div>
        <div className="jp-Repo-scopeList">
          {token.scopes.map(scope => (
            <span key={scope} className="jp-Repo-label" title={model.tokens.scopes[scope]}>
              {scope}
            </span>
          ))}
        </div>
        <div className="jp-Repo-secondary">
          {life}
          {' · '}
          {token.last_used_at
            ? trans.__('used %1', Time.formatHuman(token.last_used_at))
            : trans.__('never used')}
        </div>
      </div>
      {token.state === 'live' && (
        <>
          <IconButton
            icon={refreshIcon}
            label={trans.__('Rotate the token %1', token.name)}
            onClick={rotate}
          />
          <IconButton
            icon={deleteIcon}
            label={trans.__('Revoke the token %1', token.name)}
            onClick={revoke}
          />
        </>
      )}
    </li>
  );
}

/** The tokens of a channel; the living first. */
export function TokenList(props: { tokens: IAccessToken[] }): React.JSX.Element {
  const { trans } = usePanel();
  const living = props.tokens.filter(token => token.state === 'live');
  const dead = props.tokens.filter(token => token.state !== 'live');
  if (props.tokens.length === 0) {
    return <p className="jp-Repo-hint">{trans.__('There are no tokens yet.')}</p>;
  }
  return (
    <ul className="jp-Repo-tokenList" aria-label={trans.__('Access tokens')}>
      {[...living, ...dead].map(token => (
        <Token key={`${token.name} ${token.created_at}`} token={token} />
      ))}
    </ul>
  );
}
