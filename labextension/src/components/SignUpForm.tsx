import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Field } from './Field';

export interface ISignUpDraft {
  name: string;
  email: string;
  password: string;
  again: string;
  invitation: string;
  accepted: boolean;
}

type Texts = Exclude<keyof ISignUpDraft, 'accepted'>;

interface IProps {
  trans: TranslationBundle;
  url: string;
  invited: boolean;
  value: ISignUpDraft;
  problems: Partial<Record<Texts, string>>;
  onChange: (change: Partial<ISignUpDraft>) => void;
  onTerms: () => void;
}

/** What a person says to get an account. */
export function SignUpForm(props: IProps): React.JSX.Element {
  const { trans, value, problems, onChange } = props;
  const field = (key: Texts, label: string, type: string, complete: string, hint?: string) => (
    <Field label={label} hint={hint} error={problems[key]}>
      {control => (
        <input
          {...control}
          className="jp-mod-styled"
          type={type}
          autoComplete={complete}
          spellCheck={false}
          value={value[key]}
          onChange={event => onChange({ [key]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="jp-Repo-form">
      <p className="jp-Repo-hint">{props.url}</p>
      {field(
        'name',
        trans.__('User name'),
        'text',
        'username',
        trans.__('It is also the name of your channel, and part of addresses.')
      )}
      {field(
        'email',
        trans.__('E-mail'),
        'email',
        'email',
        trans.__('A forgotten password is mailed there; nobody else sees it.')
      )}
      {field(
        'password',
        trans.__('Password'),
        'password',
        'new-password',
        trans.__('At least 7 characters.')
      )}
      {field('again', trans.__('Password again'), 'password', 'new-password')}
      {props.invited &&
        field(
          'invitation',
          trans.__('Invitation'),
          'text',
          'off',
          trans.__('The code from the administrator.')
        )}
      <label className="jp-Repo-check">
        <input
          type="checkbox"
          checked={value.accepted}
          onChange={event => onChange({ accepted: event.target.checked })}
        />
        <span>{trans.__('I accept the terms of this repository')}</span>
      </label>
      <button type="button" className="jp-Repo-link" onClick={props.onTerms}>
        {trans.__('Read the terms')}
      </button>
    </div>
  );
}
