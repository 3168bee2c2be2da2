import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

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

/** The code of an answer that the person no longer waits for. */
export const STOPPED = 'stopped';

/** Does the repository not know (any more) who asks? */
export function isSignedOut(code: string): boolean {
  return ['unauthenticated', 'token_expired', 'token_revoked', 'token_unknown'].includes(code);
}

/** May the same work the next time? The repository was away, or did not know who asked; else it says no again. */
export function mayPass(code: string): boolean {
  const passing = ['', 'unavailable', 'internal', 'rate_limited', STOPPED];
  return isSignedOut(code) || passing.includes(code) || code.startsWith('http_5');
}

/** Does the person lack the right? */
export function isRefused(code: string): boolean {
  return ['forbidden', 'right_missing', 'scope_missing'].includes(code);
}

/** A request to an endpoint of the server extension. */
export interface IRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Query;
  body?: object;
  signal?: AbortSignal;
}

/** Requests to the server extension, with the credentials of this page. */
export class Requests {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** Ask an endpoint; throws RepositoryError or ServerConnection.NetworkError. */
  async ask<T>(endpoint: string, request: IRequest = {}): Promise<T> {
    const { method = 'GET', query, body, signal } = request;
    const init: RequestInit = { method, signal };
    if (body) {
      init.body = JSON.stringify(body);
    }
    const url = this.url(endpoint, query);
    const response = await ServerConnection.makeRequest(url, init, this._settings);
    const text = await response.text();
    if (!response.ok) {
      throw errorOf(response.status, response.statusText, text);
    }
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /**
   * Send a file of the browser as the body of a PUT.
   *
   * By XMLHttpRequest: `fetch` tells nothing about the progress of a body.
   *
   * @param progress - called with the fraction sent to the Jupyter server
   */
  put<T>(
    url: string,
    file: File,
    progress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<T> {
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
          resolve(JSON.parse(request.responseText) as T);
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

  /** The address of an endpoint. */
  url(endpoint: string, query: Query = {}): string {
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
}

/** `a/b` with each segment encoded. */
export function segments(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
