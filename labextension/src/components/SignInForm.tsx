import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Field } from './Field';

export interface ISignIn {
  username: string;
  password: string;
}

interface IProps {
  trans: TranslationBundle;
  url: string;
  value: ISignIn;
  onChange: (change: Partial<ISignIn>) => void;
}

/** Name and password. */
export function SignInForm(props: IProps): React.JSX.Element {
  const { trans, value, onChange } = props;
  return (
    <div className="jp-Repo-form">
      <p className="jp-Repo-hint">{props.url}</p>
      <Field label={trans.__('User name')}>
        {control => (
          <input
            {...control}
            className="jp-mod-styled"
            autoComplete="username"
            spellCheck={false}
            value={value.username}
            onChange={event => onChange({ username: event.target.value })}
          />
        )}
      </Field>
      <Field label={trans.__('Password')}>
        {control => (
          <input
            {...control}
            className="jp-mod-styled"
            type="password"
            autoComplete="current-password"
            value={value.password}
            onChange={event => onChange({ password: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
