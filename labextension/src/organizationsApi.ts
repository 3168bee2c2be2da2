import { IGroup, IGroupDocument, IOrganization, Level } from './documents/access';
import { Requests } from './request';

/** What the server extension answers about organizations and their groups. */
export class OrganizationsAPI {
  constructor(private readonly _requests: Requests) {}

  /** The organizations that I own or am a member of, by name. */
  async organizations(): Promise<IOrganization[]> {
    const { organizations, groups } = await this._requests.ask<{
      organizations: { login: string; owner: boolean }[];
      groups: { name: string; organization: string }[];
    }>('organizations');
    return organizations.map(({ login, owner }) => ({
      name: login,
      role: owner ? 'owner' : 'member',
      groups: groups.filter(group => group.organization === login).map(group => group.name)
    }));
  }

  createOrganization(name: string): Promise<void> {
    return this._requests.ask('organizations', { method: 'POST', body: { name } });
  }

  async groups(organization: string): Promise<IGroup[]> {
    const path = `groups/${encodeURIComponent(organization)}`;
    return (await this._requests.ask<{ groups: IGroup[] }>(path)).groups;
  }

  async group(organization: string, name: string): Promise<IGroupDocument> {
    const { members, packages } = await this._requests.ask<{
      members: { login: string }[];
      packages: { name: string }[];
    }>(groupPath(organization, name));
    return {
      name,
      members: members.map(({ login }) => login),
      packages: packages.map(one => one.name)
    };
  }

  createGroup(organization: string, name: string, level: Level): Promise<void> {
    const path = `groups/${encodeURIComponent(organization)}`;
    return this._requests.ask(path, { method: 'POST', body: { name, level } });
  }

  setGroupLevel(organization: string, name: string, level: Level): Promise<void> {
    return this._requests.ask(groupPath(organization, name), { method: 'PATCH', body: { level } });
  }

  deleteGroup(organization: string, name: string): Promise<void> {
    return this._requests.ask(groupPath(organization, name), { method: 'DELETE' });
  }

  setGroupMember(organization: string, group: string, user: string, on: boolean): Promise<void> {
    const path = `${groupPath(organization, group)}/members/${encodeURIComponent(user)}`;
    return this._requests.ask(path, { method: on ? 'PUT' : 'DELETE' });
  }

  setGroupPackage(organization: string, group: string, name: string, on: boolean): Promise<void> {
    const path = `${groupPath(organization, group)}/packages/${encodeURIComponent(name)}`;
    return this._requests.ask(path, { method: on ? 'PUT' : 'DELETE' });
  }
}

function groupPath(organization: string, group: string): string {
  return `groups/${encodeURIComponent(organization)}/${encodeURIComponent(group)}`;
}
