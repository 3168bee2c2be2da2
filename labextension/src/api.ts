import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import {
  IAccessToken,
  ICollaborator,
  IGroup,
  IGroupDocument,
  IJob,
  INotification,
  IOrganization,
  IPublication,
  IPublishPreview,
  ISignUp,
  IStatus,
  IServerSettings,
  IThing,
  IThingDocument,
  ITokenList,
  IUploadChoices,
  Level,
  Visibility
} from './tokens';

/** A refusal or failure, with words for the user and a stable `code` for the program. */
export class RepositoryError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly status: number
  ) {
    super(message);
    this.name = 'RepositoryError';
  }
}

/** The longest text of a body that is not JSON (a proxy's HTML page, say) that is shown. */
const MAX_TEXT = 300;

/** The error that a response means; the body is `{message, code}` or anything else. */
export function errorOf(status: number, statusText: string, body: string): RepositoryError {
  let data: unknown = null;
  try {
    data = JSON.parse(body);
  } catch {
    // not ours: a proxy or the login page answered
  }
  const fields = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  const said = [fields.message, fields.error, fields.reason].find(
    (text): text is string => typeof text === 'string' && text !== ''
  );
  const plain = body.trimStart().startsWith('<') ? '' : body.slice(0, MAX_TEXT);
  const code = typeof fields.code === 'string' ? fields.code : `http_${status}`;
  return new RepositoryError(said ?? (plain || `${status} ${statusText}`), code, status);
}

/** The words of anything that was thrown. */
export function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

/** Why something was refused, with what a program can make of it. */
export interface IRefusal {
  message: string;
  /** the repository's word, such as `forbidden`; '' where it said none */
  code: string;
}

export function refusalOf(reason: unknown): IRefusal {
  const code = reason instanceof RepositoryError ? reason.code : '';
  return { message: messageOf(reason), code };
}

type Query = Record<string, string | boolean | null | undefined>;

/** A request to an endpoint of the server extension. */
export interface IRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Query;
  body?: object;
  signal?: AbortSignal;
}

/** One typed function for each endpoint of the server extension. */
export class RepositoryAPI {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  status(): Promise<IStatus> {
    return this._request('status');
  }

  login(username: string, password: string): Promise<IStatus> {
    return this._request('login', { method: 'POST', body: { username, password } });
  }

  logout(): Promise<IStatus> {
    return this._request('logout', { method: 'POST', body: {} });
  }

  /** Choose the name of the embedded repository's owner, or a password for the terminal. */
  setAccount(change: { name?: string; password?: string }): Promise<IStatus> {
    return this._request('account', { method: 'PUT', body: change });
  }

  signUp(person: ISignUp): Promise<IStatus> {
    return this._request('sign-up', { method: 'POST', body: person });
  }

  /** What the Jupyter server knows of the settings editor's choices. */
  settings(): Promise<IServerSettings> {
    return this._request('settings');
  }

  /** Tell the Jupyter server what the settings editor says; it holds at once. */
  setSettings(settings: Partial<IServerSettings>): Promise<IServerSettings> {
    return this._request('settings', { method: 'PUT', body: settings });
  }

  /** My things: of a channel, or (with '') of all channels I may write to. */
  async things(q: string, channel: string, signal?: AbortSignal): Promise<IThing[]> {
    const request = { query: { q, channel }, signal };
    return (await this._request<{ things: IThing[] }>('things', request)).things;
  }

  /** All things that I may see. */
  async search(q: string, limit: number, signal?: AbortSignal): Promise<IThing[]> {
    const request = { query: { q, limit: String(limit) }, signal };
    return (await this._request<{ things: IThing[] }>('search', request)).things;
  }

  /** My favourites. */
  async starred(signal?: AbortSignal): Promise<IThing[]> {
    return (await this._request<{ things: IThing[] }>('stars', { signal })).things;
  }

  star(fullName: string, starred: boolean): Promise<void> {
    return this._request(`stars/${segments(fullName)}`, { method: starred ? 'PUT' : 'DELETE' });
  }

  async notifications(): Promise<INotification[]> {
    const answer = await this._request<{ notifications: INotification[] }>('notifications');
    return answer.notifications;
  }

  /** Say that I have read all of them. */
  markNotificationsRead(): Promise<void> {
    return this._request('notifications', { method: 'POST', body: {} });
  }

  async collaborators(fullName: string): Promise<ICollaborator[]> {
    const answer = await this._request<{
      collaborators: { login: string; level: Level; type: 'user' | 'group' }[];
    }>(`things/${segments(fullName)}/collaborators`);
    return answer.collaborators.map(({ login, level, type }) => ({
      name: login,
      level,
      kind: type
    }));
  }

  /** Give a person or group a level on a thing, or (null) take it away. */
  setCollaborator(
    fullName: string,
    one: Pick<ICollaborator, 'name' | 'kind'>,
    level: Level | null
  ): Promise<void> {
    const kind = one.kind === 'group' ? 'groups' : 'collaborators';
    const path = `things/${segments(fullName)}/${kind}/${encodeURIComponent(one.name)}`;
    return this._request(
      path,
      level === null ? { method: 'DELETE' } : { method: 'PUT', body: { level } }
    );
  }

  /** Put a label on a file of a thing, or take it off. */
  setLabel(
    fullName: string,
    version: string,
    basename: string,
    label: string,
    on: boolean
  ): Promise<void> {
    const path = `things/${segments(fullName)}/labels`;
    const where = { label, version, basename };
    return this._request(
      path,
      on ? { method: 'POST', body: where } : { method: 'DELETE', query: where }
    );
  }

  /** The organizations that I own or am a member of, by name. */
  async organizations(): Promise<IOrganization[]> {
    const { organizations, groups } = await this._request<{
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
    return this._request('organizations', { method: 'POST', body: { name } });
  }

  async groups(organization: string): Promise<IGroup[]> {
    const path = `groups/${encodeURIComponent(organization)}`;
    return (await this._request<{ groups: IGroup[] }>(path)).groups;
  }

  async group(organization: string, name: string): Promise<IGroupDocument> {
    const { members, packages } = await this._request<{
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
    return this._request(path, { method: 'POST', body: { name, level } });
  }

  setGroupLevel(organization: string, name: string, level: Level): Promise<void> {
    return this._request(groupPath(organization, name), { method: 'PATCH', body: { level } });
  }

  deleteGroup(organization: string, name: string): Promise<void> {
    return this._request(groupPath(organization, name), { method: 'DELETE' });
  }

  setGroupMember(organization: string, group: string, user: string, on: boolean): Promise<void> {
    const path = `${groupPath(organization, group)}/members/${encodeURIComponent(user)}`;
    return this._request(path, { method: on ? 'PUT' : 'DELETE' });
  }

  setGroupPackage(organization: string, group: string, name: string, on: boolean): Promise<void> {
    const path = `${groupPath(organization, group)}/packages/${encodeURIComponent(name)}`;
    return this._request(path, { method: on ? 'PUT' : 'DELETE' });
  }

  thing(fullName: string): Promise<IThingDocument> {
    return this._request(`things/${segments(fullName)}`);
  }

  changeThing(
    fullName: string,
    change: { visibility?: Visibility; summary?: string }
  ): Promise<IThingDocument> {
    return this._request(`things/${segments(fullName)}`, { method: 'PATCH', body: change });
  }

  deleteThing(fullName: string): Promise<void> {
    return this._request(`things/${segments(fullName)}`, { method: 'DELETE' });
  }

  deleteVersion(fullName: string, version: string): Promise<void> {
    const path = `things/${segments(fullName)}/versions/${encodeURIComponent(version)}`;
    return this._request(path, { method: 'DELETE' });
  }

  deleteFile(fullName: string, version: string, basename: string): Promise<void> {
    const release = `things/${segments(fullName)}/versions/${encodeURIComponent(version)}`;
    return this._request(`${release}/files/${segments(basename)}`, { method: 'DELETE' });
  }

  /** What publishing a notebook would do; without channel and name, what it remembers. */
  previewPublish(
    notebook: { path: string; kernelId: string | null },
    channel?: string,
    name?: string
  ): Promise<IPublishPreview> {
    const { path, kernelId: kernel_id } = notebook;
    return this._request('publish', { query: { path, kernel_id, channel, name } });
  }

  async publish(
    notebook: { path: string; kernelId: string | null },
    publication: IPublication
  ): Promise<string> {
    const { choices, remedy, picture } = publication;
    const { path, kernelId: kernel_id } = notebook;
    const thumbnail = choices.thumbnail ? picture : null;
    const body = { path, ...choices, remedy, kernel_id, thumbnail };
    return (await this._request<{ job: string }>('publish', { method: 'POST', body })).job;
  }

  /** Upload a file that the Jupyter server has. */
  async uploadPath(path: string, choices: IUploadChoices): Promise<string> {
    const body = { path, ...choices };
    return (await this._request<{ job: string }>('upload', { method: 'POST', body })).job;
  }

  /**
   * Upload a file that the browser has.
   *
   * By XMLHttpRequest: `fetch` tells nothing about the progress of a body.
   *
   * @param progress - called with the fraction sent to the Jupyter server
   */
  uploadFile(
    file: File,
    choices: IUploadChoices,
    progress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<string> {
    const query = { ...choices } as Query;
    const url = this._url(`upload/${encodeURIComponent(file.name)}`, query);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('PUT', url);
      request.withCredentials = this._settings.init.credentials === 'include';
      for (const [name, value] of this._credentials()) {
        request.setRequestHeader(name, value);
      }
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.upload.onprogress = event => {
        progress(event.lengthComputable && event.total > 0 ? event.loaded / event.total : 0);
      };
      request.onload = () => {
        if (request.status >= 200 && request.status < 300) {
          resolve((JSON.parse(request.responseText) as { job: string }).job);
        } else {
          reject(errorOf(request.status, request.statusText, request.responseText));
        }
      };
      request.onerror = () => {
        reject(
          new ServerConnection.NetworkError(new TypeError('The Jupyter server does not answer'))
        );
      };
      request.onabort = () => {
        reject(new RepositoryError('Cancelled', 'cancelled', 0));
      };
      signal.addEventListener('abort', () => request.abort());
      request.send(file);
    });
  }

  job(id: string): Promise<IJob> {
    return this._request(`jobs/${encodeURIComponent(id)}`);
  }

  cancelJob(id: string): Promise<void> {
    return this._request(`jobs/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  tokens(channel: string): Promise<ITokenList> {
    return this._request('tokens', { query: { channel } });
  }

  createToken(
    channel: string,
    name: string,
    scopes: string[],
    expiresInDays: number | null
  ): Promise<IAccessToken> {
    const body = { channel, name, scopes, expires_in_days: expiresInDays };
    return this._request('tokens', { method: 'POST', body });
  }

  /** A new secret for a token; the old one works on for a week. */
  rotateToken(channel: string, name: string): Promise<IAccessToken> {
    const path = `tokens/${encodeURIComponent(channel)}/${encodeURIComponent(name)}/rotate`;
    return this._request(path, { method: 'POST', body: {} });
  }

  revokeToken(channel: string, name: string): Promise<void> {
    const path = `tokens/${encodeURIComponent(channel)}/${encodeURIComponent(name)}`;
    return this._request(path, { method: 'DELETE' });
  }

  /** The address that leads to a page of the repository, signed in. */
  pageUrl(path: string): string {
    return this._url('open', { path });
  }

  /** The address of the picture of a thing's latest version. */
  thumbnailUrl(thing: IThing): string {
    return this._url(`thumbnails/${segments(`${thing.full_name}/${thing.latest_version ?? ''}`)}`);
  }

  /** Ask an endpoint that has its function elsewhere. */
  ask<T>(endpoint: string, request: IRequest = {}): Promise<T> {
    return this._request<T>(endpoint, request);
  }

  private _url(endpoint: string, query: Query = {}): string {
    const given = Object.entries(query).filter(
      ([, value]) => value !== undefined && value !== null && value !== ''
    );
    const url = URLExt.join(this._settings.baseUrl, 'jupyter-repo', endpoint);
    const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
    return given.length ? `${url}?${search.toString()}` : url;
  }

  /** The headers that ServerConnection sets on a request of its own. */
  private _credentials(): [string, string][] {
    const headers: [string, string][] = [];
    if (this._settings.token) {
      headers.push(['Authorization', `token ${this._settings.token}`]);
    }
    const xsrf = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie);
    if (xsrf) {
      headers.push(['X-XSRFToken', xsrf[1]]);
    }
    return headers;
  }

  /** The one request function; throws RepositoryError or ServerConnection.NetworkError. */
  private async _request<T>(endpoint: string, request: IRequest = {}): Promise<T> {
    const { method = 'GET', query, body, signal } = request;
    const init: RequestInit = { method, signal };
    if (body) {
      init.body = JSON.stringify(body);
    }
    const url = this._url(endpoint, query);
    const response = await ServerConnection.makeRequest(url, init, this._settings);
    const text = await response.text();
    if (!response.ok) {
      throw errorOf(response.status, response.statusText, text);
    }
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

function groupPath(organization: string, group: string): string {
  return `groups/${encodeURIComponent(organization)}/${encodeURIComponent(group)}`;
}

/** `a/b` with each segment encoded. */
export function segments(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
