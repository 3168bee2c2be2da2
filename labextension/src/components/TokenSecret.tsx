import React from 'react';
import { IAccessToken } from '../documents/access';
import { Code } from './Code';
import { usePanel } from './context';

/** The secret of the token made just now: once, to be copied. */
export function TokenSecret(props: { token: IAccessToken }): React.JSX.Element {
  const { trans, model } = usePanel();
  return (
    <section className="jp-Repo-secret" role="status">
      <strong>{trans.__('The token %1 is ready', props.token.name)}</strong>
      <p className="jp-Repo-hint">{trans.__('Copy it now: it is not shown again.')}</p>
      <Code text={props.token.token ?? ''} copyLabel={trans.__('Copy the token')} />
      <button type="button" className="jp-Repo-link" onClick={() => model.tokens.forgetSecret()}>
        {trans.__('I have copied it')}
      </button>
    </section>
  );
}
