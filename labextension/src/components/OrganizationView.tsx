import { caretRightIcon, launchIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { OWNERS } from '../model/organizations';
import { openPage } from '../pages';
import { levelLabel } from '../text';
import { IGroup, Level } from '../documents/access';
import { AddForm } from './AddForm';
import { Avatar } from './Avatar';
import { usePanel } from './context';

function Group(props: { group: IGroup }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { name, level, members_count, repos_count } = props.group;
  const people = trans._n('%1 member', '%1 members', members_count);
  const things = trans._n('%1 package', '%1 packages', repos_count);
  return (
    <li>
      <button
        type="button"
        className="jp-Repo-row jp-Repo-rowLine"
        onClick={() => void model.organizations.openGroup(name)}
      >
        <span className="jp-Repo-rowMain">
          <span className="jp-Repo-rowLine">
            <span className="jp-Repo-name">{name}</span>
            <span className="jp-Repo-label">{levelLabel(trans, level)}</span>
          </span>
          <span className="jp-Repo-secondary">
            {level === 'owner' ? people : `${people} · ${things}`}
          </span>
        </span>
        <caretRightIcon.react tag="span" className="jp-Repo-icon" width="16px" height="16px" />
      </button>
    </li>
  );
}

/** One organization: its groups, its packages, and the page where it is deleted. */
export function OrganizationView(props: { name: string }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { organizations, things, account, api } = model;
  const { groups, refusal, isOwner, busy } = organizations;
  const { name } = props;
  const mine = organizations.items?.find(one => one.name === name);
  return (
    <>
      <div className="jp-Repo-title">
        <Avatar name={name} />
        <div>
          <h2>{name}</h2>
          <div className="jp-Repo-secondary">
            {isOwner
              ? account.active === name
                ? trans.__(
                    'You are an owner. Notebooks and files go here unless you say otherwise.'
                  )
                : trans.__('You are an owner.')
              : trans.__('You are a member of %1.', mine?.groups.join(', ') ?? '')}
          </div>
        </div>
      </div>
      <div className="jp-Repo-actions">
        <button
          type="button"
          className="jp-Repo-button jp-mod-styled jp-mod-reject"
          onClick={() => {
            if (account.channels.some(channel => channel.name === name)) {
              things.scope = 'mine';
              things.channel = name;
            } else {
              things.scope = 'everything';
              things.query = name;
            }
            organizations.close();
          }}
        >
          {trans.__('Its packages')}
        </button>
        {isOwner && account.active !== name && (
          <button
            type="button"
            className="jp-Repo-button jp-mod-styled jp-mod-reject"
            title={trans.__('Notebooks and files go there unless you choose another channel')}
            onClick={() => void account.activate(name)}
          >
            {trans.__('Make it active')}
          </button>
        )}
      </div>
      {isOwner && (
        <section className="jp-Repo-section" aria-label={trans.__('Groups')}>
          <div className="jp-Repo-sectionHead">
            <h3>{trans.__('Groups')}</h3>
            {groups && <span className="jp-Repo-count">{groups.length}</span>}
          </div>
          {groups === null ? (
            !refusal && <p role="status">{trans.__('Loading…')}</p>
          ) : (
            <ul className="jp-Repo-list jp-mod-boxed" aria-label={trans.__('Groups of %1', name)}>
              {groups.map(group => (
                <Group key={group.name} group={group} />
              ))}
            </ul>
          )}
          <AddForm
            label={trans.__('New group')}
            button={trans.__('Create')}
            level="read"
            busy={busy}
            onAdd={(group: string, level: Level) => organizations.createGroup(group, level)}
          />
          <p className="jp-Repo-hint">
            {trans.__(
              'The members of a group have its level on the packages it lists; those of “%1” may do everything.',
              OWNERS
            )}
          </p>
        </section>
      )}
      {isOwner && (
        <section className="jp-Repo-section">
          <button
            type="button"
            className="jp-Repo-link"
            onClick={() => openPage(api, `/${name}/settings/account`)}
          >
            <launchIcon.react tag="span" className="jp-Repo-icon" width="14px" height="14px" />
            {trans.__('Delete %1 in the browser', name)}
          </button>
          <p className="jp-Repo-hint">{trans.__('That needs your password.')}</p>
        </section>
      )}
    </>
  );
}
