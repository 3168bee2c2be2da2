import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { confirmAndDo } from '../confirm';
import { OWNERS } from '../model/organizations';
import { levelSentence } from '../text';
import { AddForm } from './AddForm';
import { usePanel } from './context';
import { Avatar } from './Avatar';
import { IconButton } from './IconButton';
import { LevelSelect } from './LevelSelect';

interface IListProps {
  title: string;
  names: string[];
  removeLabel: (name: string) => string;
  onRemove: (name: string) => void;
  add: React.ReactNode;
  people?: boolean;
}

/** Members or packages, each of which can be taken off. */
function NameList(props: IListProps): React.JSX.Element {
  const { model } = usePanel();
  return (
    <section className="jp-Repo-section" aria-label={props.title}>
      <div className="jp-Repo-sectionHead">
        <h3>{props.title}</h3>
        <span className="jp-Repo-count">{props.names.length}</span>
      </div>
      {props.names.length > 0 && (
        <ul aria-label={props.title}>
          {props.names.map(name => (
            <li key={name} className="jp-Repo-person">
              {props.people && <Avatar name={name} small />}
              <span className="jp-Repo-name" title={name}>
                {name}
              </span>
              <span className="jp-Repo-spacer" />
              <IconButton
                icon={closeIcon}
                label={props.removeLabel(name)}
                disabled={model.organizations.busy}
                onClick={() => props.onRemove(name)}
              />
            </li>
          ))}
        </ul>
      )}
      {props.add}
    </section>
  );
}

/** One group: its level, its members and the packages it lists. */
export function GroupView(props: { organization: string; name: string }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { organizations, account } = model;
  const { organization, name } = props;
  const { group, groups, busy, refusal } = organizations;
  const level = groups?.find(one => one.name === name)?.level;
  const owners = name === OWNERS;
  const removeMember = (user: string) => {
    const myself = user === account.status?.account;
    void confirmAndDo(
      trans,
      {
        title: trans.__('Remove %1 from %2?', user, name),
        body: owners
          ? myself
            ? trans.__('You will no longer own %1, and can’t undo this.', organization)
            : trans.__('%1 will no longer own %2.', user, organization)
          : trans.__('%1 loses what %2 gives its members.', user, name),
        accept: trans.__('Remove')
      },
      async () => {
        await organizations.setMember(name, user, false);
      }
    );
  };
  const remove = () =>
    void confirmAndDo(
      trans,
      {
        title: trans.__('Delete the group %1?', name),
        body: trans.__('Its members lose what it gives them. Its packages stay.'),
        accept: trans.__('Delete group')
      },
      () => organizations.deleteGroup(name)
    );
  return (
    <>
      <div className="jp-Repo-sectionHead">
        <h2>{name}</h2>
        {level && level !== 'owner' && (
          <LevelSelect
            label={trans.__('Level of %1', name)}
            value={level}
            disabled={busy}
            onChange={value => void organizations.setLevel(name, value)}
          />
        )}
      </div>
      <p className="jp-Repo-hint">
        {level === undefined
          ? ''
          : level === 'owner'
            ? trans.__('Owners may do everything in %1.', organization)
            : trans.__(
                'What members may do with the packages below: %1',
                levelSentence(trans, level)
              )}
      </p>
      {group === null ? (
        !refusal && <p role="status">{trans.__('Loading…')}</p>
      ) : (
        <>
          <NameList
            title={owners ? trans.__('Owners') : trans.__('Members')}
            names={group.members}
            people
            removeLabel={user => trans.__('Remove the member %1', user)}
            onRemove={removeMember}
            add={
              <AddForm
                label={trans.__('User name')}
                button={trans.__('Add')}
                busy={busy}
                onAdd={user => organizations.setMember(name, user, true)}
              />
            }
          />
          {!owners && (
            <NameList
              title={trans.__('Packages')}
              names={group.packages}
              removeLabel={thing => trans.__('Take %1 off the list', thing)}
              onRemove={thing => void organizations.setPackage(name, thing, false)}
              add={
                <AddForm
                  label={trans.__('Package of %1', organization)}
                  button={trans.__('Add')}
                  busy={busy}
                  onAdd={thing => organizations.setPackage(name, thing, true)}
                />
              }
            />
          )}
          {!owners && (
            <section className="jp-Repo-section">
              <button
                type="button"
                className="jp-Repo-button jp-mod-styled jp-Repo-danger"
                disabled={busy}
                onClick={remove}
              >
                {trans.__('Delete the group %1…', name)}
              </button>
            </section>
          )}
        </>
      )}
    </>
  );
}
