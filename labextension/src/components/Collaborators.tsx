import { closeIcon, userIcon, usersIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useState } from 'react';
import { confirmAndDo } from '../confirm';
import { ICollaborator, Level } from '../documents/access';
import { IThingDocument } from '../documents/things';
import { AddForm } from './AddForm';
import { usePanel } from './context';
import { IconButton } from './IconButton';
import { LevelSelect } from './LevelSelect';

function Person(props: { one: ICollaborator; thing: IThingDocument }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { detail } = model;
  const { one, thing } = props;
  const Icon = one.kind === 'group' ? usersIcon : userIcon;
  const remove = () =>
    confirmAndDo(
      trans,
      {
        title: trans.__('Stop sharing with %1?', one.name),
        body: trans.__(
          '%1 can do no more with %2 than its access says.',
          one.name,
          thing.full_name
        ),
        accept: trans.__('Stop sharing')
      },
      async () => {
        await detail.share(one, null);
      }
    );
  return (
    <li className="jp-Repo-person">
      <Icon.react tag="span" className="jp-Repo-icon" width="16px" height="16px" />
      <span className="jp-Repo-name" title={one.name}>
        {one.name}
      </span>
      {one.kind === 'group' && <span className="jp-Repo-secondary">{trans.__('group')}</span>}
      <span className="jp-Repo-spacer" />
      <LevelSelect
        label={trans.__('Level of %1', one.name)}
        value={one.level}
        disabled={detail.busy}
        onChange={level => void detail.share(one, level)}
      />
      <IconButton
        icon={closeIcon}
        label={trans.__('Stop sharing with %1', one.name)}
        disabled={detail.busy}
        onClick={() => void remove()}
      />
    </li>
  );
}

/** The people and groups a thing is shared with: add, change, remove. Only for those who may. */
export function Collaborators(props: { thing: IThingDocument }): React.JSX.Element | null {
  const { trans, model } = usePanel();
  const { detail, account, organizations } = model;
  const { thing } = props;
  const owner = thing.owner.login;
  const isOrganization = account.channels.some(
    ({ name, kind }) => name === owner && kind === 'org'
  );
  const [groups, setGroups] = useState<string[]>([]);
  const people = detail.collaborators;
  const shared = people !== null;
  useEffect(() => {
    if (isOrganization && shared) {
      // groups that may not be read can't be chosen
      organizations.groupsOf(owner).then(setGroups, () => setGroups([]));
    }
  }, [organizations, owner, isOrganization, shared]);
  if (people === null) {
    return null;
  }
  const add = (kind: ICollaborator['kind']) => (name: string, level: Level) =>
    detail.share({ name, kind }, level);
  return (
    <section className="jp-Repo-section" aria-label={trans.__('Shared with')}>
      <div className="jp-Repo-sectionHead">
        <h3>{trans.__('Shared with')}</h3>
        <span className="jp-Repo-count">{people.length}</span>
      </div>
      {people.length > 0 && (
        <ul aria-label={trans.__('People and groups')}>
          {people.map(one => (
            <Person key={`${one.kind} ${one.name}`} one={one} thing={thing} />
          ))}
        </ul>
      )}
      <AddForm
        label={trans.__('User name')}
        button={trans.__('Share')}
        level="read"
        busy={detail.busy}
        onAdd={add('user')}
      />
      {groups.length > 0 && (
        <AddForm
          label={trans.__('Group of %1', owner)}
          button={trans.__('Share')}
          suggestions={groups}
          level="read"
          busy={detail.busy}
          onAdd={add('group')}
        />
      )}
    </section>
  );
}
