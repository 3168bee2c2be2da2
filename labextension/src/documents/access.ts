/** An access token of a channel; `token`, the secret, only in the answer to its creation. */
export interface IAccessToken {
  name: string;
  scopes: string[];
  display: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  state: 'live' | 'expired' | 'revoked';
  token?: string;
}

/** The answer of `GET tokens`. */
export interface ITokenList {
  tokens: IAccessToken[];
  scopes: Record<string, string>;
}

/** What groups and collaborators may do, each level holding those before it. */
export type Level = 'read' | 'read-write' | 'admin';

export const LEVELS: readonly Level[] = ['read', 'read-write', 'admin'];

/** A person or group that may do more with a thing than its access says. */
export interface ICollaborator {
  name: string;
  kind: 'user' | 'group';
  level: Level;
}

/** An organization I have a part in. */
export interface IOrganization {
  name: string;
  role: 'owner' | 'member';
  /** the groups I am in */
  groups: string[];
}

/** A group of an organization; `Owners` has no level, since its members may do everything. */
export interface IGroup {
  name: string;
  level: Level | 'owner';
  members_count: number;
  repos_count: number;
}

/** A group with its people and things. */
export interface IGroupDocument {
  name: string;
  members: string[];
  packages: string[];
}
