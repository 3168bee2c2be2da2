import React from 'react';
import { BackHeader } from './BackHeader';
import { usePanel, useSignal } from './context';
import { GroupView } from './GroupView';
import { OrganizationList } from './OrganizationList';
import { OrganizationView } from './OrganizationView';
import { Refusal } from './Refusal';

/** My organizations; one of them with its groups; one of those with members and packages. */
export function OrganizationsView(): React.JSX.Element {
  const { trans, model } = usePanel();
  const { organizations } = model;
  useSignal(organizations.changed);
  const { organization, groupName, refusal } = organizations;
  const place = [organization, groupName].filter(name => name !== null).join(' / ');
  const back =
    groupName !== null
      ? (organization ?? '')
      : organization !== null
        ? trans.__('Organizations')
        : trans.__('Back');
  return (
    <article
      className="jp-Repo-view"
      aria-label={place || trans.__('Organizations')}
      aria-busy={organizations.busy}
    >
      <BackHeader key={place} label={back} onBack={() => organizations.back()} />
      <div className="jp-Repo-viewBody">
        <Refusal refusal={refusal} about={place} onRetry={() => void organizations.refresh()} />
        {organization === null ? (
          <OrganizationList />
        ) : groupName === null ? (
          <OrganizationView name={organization} />
        ) : (
          <GroupView organization={organization} name={groupName} />
        )}
      </div>
    </article>
  );
}
