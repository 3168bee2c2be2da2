import { HTMLSelect } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { messageOf } from '../request';
import { Field } from './Field';
import { FormButtons } from './FormButtons';
import { usePanel } from './context';

/** Days a new token lives; 0 stands for "for ever". */
const LIFETIMES = [7, 30, 90, 365, 0];
const DEFAULT_LIFETIME = 365;
/** A token to install with is what is mostly wanted, and can do least harm. */
const DEFAULT_SCOPES = ['repos'];

interface IProps {
  scopes: Record<string, string>;
  onDone: () => void;
}

/** Makes an access token: a name, what it opens, and until when. */
export function TokenForm(props: IProps): React.JSX.Element {
  const { trans, model } = usePanel();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(DEFAULT_SCOPES);
  const [days, setDays] = useState(DEFAULT_LIFETIME);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const taken = model.tokens.tokens?.some(
    token => token.name === name.trim() && token.state === 'live'
  );
  const ready = name.trim() !== '' && !taken && scopes.length > 0 && !busy;

  const create = async () => {
    setBusy(true);
    setError('');
    try {
      await model.tokens.create(name.trim(), scopes, days === 0 ? null : days);
      props.onDone();
    } catch (reason) {
      setError(messageOf(reason));
      setBusy(false);
    }
  };
  const toggle = (scope: string, on: boolean) =>
    setScopes(on ? [...scopes, scope] : scopes.filter(other => other !== scope));

  return (
    <form
      className="jp-Repo-form"
      aria-label={trans.__('New access token')}
      onSubmit={event => {
        event.preventDefault();
        if (ready) {
          void create();
        }
      }}
    >
      <Field
        label={trans.__('Name')}
        hint={trans.__('What it is for, such as “laptop” or “CI”.')}
        error={taken ? trans.__('There is a token of this name.') : ''}
      >
        {control => (
          <input
            {...control}
            className="jp-mod-styled"
            value={name}
            onChange={event => setName(event.target.value)}
          />
        )}
      </Field>
      <fieldset className="jp-Repo-scopes">
        <legend>{trans.__('It may')}</legend>
        {Object.entries(props.scopes).map(([scope, sentence]) => (
          <label
            key={scope}
            className={`jp-Repo-check ${scope.includes(':') ? 'jp-mod-narrower' : ''}`}
          >
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              onChange={event => toggle(scope, event.target.checked)}
            />
            <span>
              <code>{scope}</code>
              <span className="jp-Repo-hint">{sentence}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={trans.__('Valid for')}>
        {control => (
          <HTMLSelect
            {...control}
            value={String(days)}
            onChange={event => setDays(Number(event.target.value))}
          >
            {LIFETIMES.map(value => (
              <option key={value} value={String(value)}>
                {value === 0
                  ? trans.__('Until revoked')
                  : value === 365
                    ? trans.__('One year')
                    : trans._n('%1 day', '%1 days', value)}
              </option>
            ))}
          </HTMLSelect>
        )}
      </Field>
      {error && (
        <p role="alert" className="jp-Repo-error">
          {error}
        </p>
      )}
      <FormButtons submit={trans.__('Create token')} ready={ready} onCancel={props.onDone} />
    </form>
  );
}
