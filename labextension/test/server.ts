import { ServerConnection } from '@jupyterlab/services';
import { RepositoryModel } from '../src/model/repository';
import { IServerSettings, IStatus } from '../src/documents/account';
import { IThing, Kind } from '../src/documents/things';
import { VERSION } from '../src/version';

/** One request, as the Jupyter server sees it. */
export interface IRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/** An answer: its body as JSON, with 200; or a whole response. */
export type Answer = (request: IRequest) => unknown;

/** A Jupyter server that answers in this process: requests are real, only the wire is missing. */
export class Server {
  readonly requests: IRequest[] = [];

  /** Answer `method path` (below /jupyter-repo/) from now on. */
  on(route: string, answer: Answer): this {
    this._answers.set(route, answer);
    return this;
  }

  /** The requests that were made to `method path`. */
  to(route: string): IRequest[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}` === route);
  }

  get settings(): ServerConnection.ISettings {
    return ServerConnection.makeSettings({
      baseUrl: 'http://jupyter.test/',
      fetch: (input, init) => this._answer(new Request(input, init)),
      Request
    });
  }

  /** The model of a panel that talks to this server. */
  model(): RepositoryModel {
    return new RepositoryModel(this.settings);
  }

  private async _answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace('/jupyter-repo/', '');
    const text = await request.text();
    const seen = {
      method: request.method,
      path,
      query: url.searchParams,
      body: text ? (JSON.parse(text) as unknown) : undefined
    };
    this.requests.push(seen);
    const answer = this._answers.get(`${seen.method} ${path}`);
    if (!answer) {
      return refusal(404, 'not_found', `Nothing answers ${seen.method} ${path}`);
    }
    const value = await answer(seen);
    return value instanceof Response ? value : new Response(JSON.stringify(value ?? {}));
  }

  private readonly _answers = new Map<string, Answer>();
}

/** The answer that refuses a request. */
export function refusal(status: number, code: string, message: string): Response {
  return new Response(JSON.stringify({ message, error: message, code, status }), { status });
}

/** The settings that the Jupyter server keeps, before anything was chosen. */
export function settings(change: Partial<IServerSettings> = {}): IServerSettings {
  return {
    url: '',
    default_channel: '',
    default_visibility: '',
    guard: { off: [], max_output_mib: 2 },
    url_fixed: false,
    ...change
  };
}

/** The status of a signed-in account. */
export function status(change: Partial<IStatus> = {}): IStatus {
  return {
    url: 'http://repo.test',
    embedded: false,
    account: 'alice',
    version: VERSION,
    repository_version: VERSION,
    state: 'ready',
    message: '',
    channels: [
      { name: 'alice', kind: 'user' },
      { name: 'acme', kind: 'org' }
    ],
    is_admin: false,
    can_rename: false,
    suggestions: 0,
    hub: false,
    sign_up: 'closed',
    ...change
  };
}

/** A thing of a list. */
export function thing(
  name: string,
  kind: Kind | null = 'pypi',
  change: Partial<IThing> = {}
): IThing {
  return {
    name,
    full_name: `alice/${name}`,
    owner: { login: 'alice' },
    kind,
    package_types: kind ? [kind] : [],
    summary: '',
    visibility: 'public',
    latest_version: '1.0',
    created_at: '2026-11-01T10:00:00+00:00',
    updated_at: '2026-11-01T10:00:00+00:00',
    downloads: 0,
    releases_count: 1,
    html_url: `http://repo.test/alice/${name}`,
    thumbnail_url: null,
    can: ['upload', 'delete-files', 'edit-settings', 'delete-package'],
    ...change
  };
}
