import { addIcon, caretRightIcon, usersIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { messageOf } from '../request';
import { accountNameProblem } from '../text';
import { IOrganization } from '../documents/access';
import { Avatar } from './Avatar';
import { usePanel } from './context';
import { Field } from './Field';
import { FormButtons } from './FormButtons';
import { StateMessage } from './StateMessage';

function Row(props: { organization: IOrganization }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { name, role, groups } = props.organization;
  const said = role === 'owner' ? trans.__('Owner') : trans.__('Member of %1', groups.join(', '));
  return (
    <li>
      <button
        type="button"
        className="jp-Repo-row jp-Repo-rowLine"
        onClick={() => void model.organizations.open(name)}
      >
        <Avatar name={name} small />
        <span className="jp-Repo-rowMain">
          <span className="jp-Repo-name">{name}</span>
          <span className="jp-Repo-secondary">{said}</span>
        </span>
        <caretRightIcon.react tag="span" className="jp-Repo-icon" width="16px" height="16px" />
      </button>
    </li>
  );
}

/** Makes an organization; whoever makes it owns it. */
function NewOrganization(props: { onDone: () => void }): React.JSX.Element {
  const { trans, model } = usePanel();
  const [name, setName] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const problem = name === '' ? '' : accountNameProblem(trans, name);
  const ready = name !== '' && !problem && !busy;
  const create = async () => {
    setBusy(true);
    try {
      await model.organizations.create(name);
      props.onDone();
      await model.account.refresh(); // it is a channel of mine now
    } catch (reason) {
      setError(messageOf(reason));
      setBusy(false);
    }
  };
  return (
    <form
      className="jp-Repo-form"
      aria-label={trans.__('New organization')}
      onSubmit={event => {
        event.preventDefault();
        if (ready) {
          void create();
        }
      }}
    >
      <Field
        label={trans.__('Name')}
        hint={trans.__('It becomes part of addresses and stays. You will be its owner.')}
        error={problem || error}
      >
        {control => (
          <input
            {...control}
            className="jp-mod-styled"
            spellCheck={false}
            autoComplete="off"
            value={name}
            onChange={event => {
              setName(event.target.value);
              setError('');
            }}
          />
        )}
      </Field>
      <FormButtons submit={trans.__('Create organization')} ready={ready} onCancel={props.onDone} />
    </form>
  );
}

/** The organizations I own or am a member of. */
export function OrganizationList(): React.JSX.Element {
  const { trans, model } = usePanel();
  const { items, refusal } = model.organizations;
  const [creating, setCreating] = useState(false);
  return (
    <>
      <h2>{trans.__('Organizations')}</h2>
      {creating ? (
        <NewOrganization onDone={() => setCreating(false)} />
      ) : (
        <div className="jp-Repo-actions">
          <button
            type="button"
            className="jp-Repo-button jp-mod-styled jp-mod-accept"
            onClick={() => setCreating(true)}
          >
            <addIcon.react tag="span" className="jp-Repo-icon" width="16px" height="16px" />
            {trans.__('New organization')}
          </button>
        </div>
      )}
      {items === null ? (
        !refusal && <p role="status">{trans.__('Loading…')}</p>
      ) : items.length === 0 ? (
        <StateMessage icon={usersIcon} title={trans.__('No organization yet')}>
          <p>
            {trans.__(
              'An organization is a channel that several people own and share, in groups of different rights.'
            )}
          </p>
        </StateMessage>
      ) : (
        <ul className="jp-Repo-list jp-mod-boxed" aria-label={trans.__('My organizations')}>
          {items.map(organization => (
            <Row key={organization.name} organization={organization} />
          ))}
        </ul>
      )}
    </>
  );
}
