import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Field } from './Field';

export interface IAccountChange {
  name: string;
  password: string;
  again: string;
}

interface IProps {
  trans: TranslationBundle;
  canRename: boolean;
  value: IAccountChange;
  problems: Partial<IAccountChange>;
  onChange: (change: Partial<IAccountChange>) => void;
}

/** The name of the embedded repository's owner, and a password for the terminal. */
export function AccountForm(props: IProps): React.JSX.Element {
  const { trans, value, problems, onChange } = props;
  const password = (key: 'password' | 'again', label: string, hint?: string) => (
    <Field label={label} hint={hint} error={problems[key]}>
      {control => (
        <input
          {...control}
          className="jp-mod-styled"
          type="password"
          autoComplete="new-password"
          value={value[key]}
          onChange={event => onChange({ [key]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="jp-Repo-form">
      <Field
        label={trans.__('Name')}
        hint={
          props.canRename
            ? trans.__('The name of your channel. It can be changed until something is published.')
            : trans.__('The name is part of published addresses and stays.')
        }
        error={problems.name}
      >
        {control => (
          <input
            {...control}
            className="jp-mod-styled"
            disabled={!props.canRename}
            spellCheck={false}
            value={value.name}
            onChange={event => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      {password(
        'password',
        trans.__('Terminal password (optional)'),
        trans.__(
          'For “anaconda login” and the web pages; JupyterLab needs none. At least 7 characters.'
        )
      )}
      {value.password !== '' && password('again', trans.__('Password again'))}
    </div>
  );
}
