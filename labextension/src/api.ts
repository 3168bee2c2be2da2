import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import {
  IAccessToken,
  IJob,
  IPublication,
  IPublishPreview,
  IStatus,
  IThing,
  IThingDocument,
  ITokenList,
  IUploadChoices,
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

  async things(q: string, signal?: AbortSignal): Promise<IThing[]> {
    const answer = await this._request<{ things: IThing[] }>('things', { query: { q }, signal });
    return answer.things;
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

/** `a/b` with each segment encoded. */
export function segments(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
