import { IAccessToken, ICollaborator, ITokenList, Level } from './documents/access';
import { INotification, IServerSettings, ISignUp, IStatus } from './documents/account';
import { IJob } from './documents/jobs';
import {
  INotebookFile,
  IPublication,
  IPublishPreview,
  IUploadChoices
} from './documents/publishing';
import { IPage, IQuestion, IThing, IThingDocument, Visibility } from './documents/things';
import { Requests, segments } from './request';

/** One typed function for each endpoint of the server extension. */
export class RepositoryAPI extends Requests {
  status(signal?: AbortSignal): Promise<IStatus> {
    return this.ask('status', { signal });
  }

  login(username: string, password: string): Promise<IStatus> {
    return this.ask('login', { method: 'POST', body: { username, password } });
  }

  logout(): Promise<IStatus> {
    return this.ask('logout', { method: 'POST', body: {} });
  }

  /** Choose the name of the embedded repository's owner, or a password for the terminal. */
  setAccount(change: { name?: string; password?: string }): Promise<IStatus> {
    return this.ask('account', { method: 'PUT', body: change });
  }

  signUp(person: ISignUp): Promise<IStatus> {
    return this.ask('sign-up', { method: 'POST', body: person });
  }

  /** What the Jupyter server knows of the settings editor's choices. */
  settings(): Promise<IServerSettings> {
    return this.ask('settings');
  }

  /** Tell the Jupyter server what the settings editor says; it holds at once. */
  setSettings(settings: Partial<IServerSettings>): Promise<IServerSettings> {
    return this.ask('settings', { method: 'PUT', body: settings });
  }

  /** A page of my things: of a channel, or (with '') of all channels I may write to. */
  things(question: IQuestion, signal?: AbortSignal): Promise<IPage> {
    return this.ask('things', { query: asked(question), signal });
  }

  /** A page of all things that I may see. */
  search(question: IQuestion, signal?: AbortSignal): Promise<IPage> {
    return this.ask('search', { query: asked(question), signal });
  }

  /** My favourites. */
  async starred(signal?: AbortSignal): Promise<IThing[]> {
    return (await this.ask<{ things: IThing[] }>('stars', { signal })).things;
  }

  star(fullName: string, starred: boolean): Promise<void> {
    return this.ask(`stars/${segments(fullName)}`, { method: starred ? 'PUT' : 'DELETE' });
  }

  async notifications(): Promise<INotification[]> {
    const answer = await this.ask<{ notifications: INotification[] }>('notifications');
    return answer.notifications;
  }

  /** Say that I have read all of them. */
  markNotificationsRead(): Promise<void> {
    return this.ask('notifications', { method: 'POST', body: {} });
  }

  async collaborators(fullName: string): Promise<ICollaborator[]> {
    const answer = await this.ask<{
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
    return this.ask(
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
    return this.ask(
      path,
      on ? { method: 'POST', body: where } : { method: 'DELETE', query: where }
    );
  }

  thing(fullName: string): Promise<IThingDocument> {
    return this.ask(`things/${segments(fullName)}`);
  }

  changeThing(
    fullName: string,
    change: { visibility?: Visibility; summary?: string }
  ): Promise<IThingDocument> {
    return this.ask(`things/${segments(fullName)}`, { method: 'PATCH', body: change });
  }

  deleteThing(fullName: string): Promise<void> {
    return this.ask(`things/${segments(fullName)}`, { method: 'DELETE' });
  }

  deleteVersion(fullName: string, version: string): Promise<void> {
    const path = `things/${segments(fullName)}/versions/${encodeURIComponent(version)}`;
    return this.ask(path, { method: 'DELETE' });
  }

  deleteFile(fullName: string, version: string, basename: string): Promise<void> {
    const release = `things/${segments(fullName)}/versions/${encodeURIComponent(version)}`;
    return this.ask(`${release}/files/${segments(basename)}`, { method: 'DELETE' });
  }

  /** What publishing a notebook would do; without channel and name, what it remembers. */
  async previewPublish(
    notebook: INotebookFile,
    channel?: string,
    name?: string
  ): Promise<IPublishPreview> {
    const body = { ...(await fileOf(notebook)), channel, name };
    return this.ask('publish/preview', { method: 'POST', body });
  }

  async publish(notebook: INotebookFile, publication: IPublication): Promise<string> {
    const { choices, remedy, picture } = publication;
    const thumbnail = choices.thumbnail ? picture : null;
    const body = { ...(await fileOf(notebook)), ...choices, remedy, thumbnail };
    return (await this.ask<{ job: string }>('publish', { method: 'POST', body })).job;
  }

  /** Upload a file that the Jupyter server has. */
  async uploadPath(path: string, choices: IUploadChoices): Promise<string> {
    const body = { path, ...choices };
    return (await this.ask<{ job: string }>('upload', { method: 'POST', body })).job;
  }

  /** Upload a file that the browser has; `progress` is called with the fraction sent. */
  async uploadFile(
    file: File,
    choices: IUploadChoices,
    progress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<string> {
    const url = this.url(`upload/${encodeURIComponent(file.name)}`, { ...choices });
    return (await this.put<{ job: string }>(url, file, progress, signal)).job;
  }

  job(id: string): Promise<IJob> {
    return this.ask(`jobs/${encodeURIComponent(id)}`);
  }

  cancelJob(id: string): Promise<void> {
    return this.ask(`jobs/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  tokens(channel: string): Promise<ITokenList> {
    return this.ask('tokens', { query: { channel } });
  }

  createToken(
    channel: string,
    name: string,
    scopes: string[],
    expiresInDays: number | null
  ): Promise<IAccessToken> {
    const body = { channel, name, scopes, expires_in_days: expiresInDays };
    return this.ask('tokens', { method: 'POST', body });
  }

  /** A new secret for a token; the old one works on for a week. */
  rotateToken(channel: string, name: string): Promise<IAccessToken> {
    const path = `tokens/${encodeURIComponent(channel)}/${encodeURIComponent(name)}/rotate`;
    return this.ask(path, { method: 'POST', body: {} });
  }

  revokeToken(channel: string, name: string): Promise<void> {
    const path = `tokens/${encodeURIComponent(channel)}/${encodeURIComponent(name)}`;
    return this.ask(path, { method: 'DELETE' });
  }

  /** The address that leads to a page of the repository, signed in. */
  pageUrl(path: string): string {
    return this.url('open', { path });
  }

  /** The address of the picture of an account. */
  avatarUrl(name: string): string {
    return this.url(`avatar/${encodeURIComponent(name)}`);
  }

  /** The address of the picture of a thing's latest version. */
  thumbnailUrl(thing: IThing): string {
    return this.url(`thumbnails/${segments(`${thing.full_name}/${thing.latest_version ?? ''}`)}`);
  }
}

function asked(question: IQuestion): Record<string, string | null> {
  return { ...question, limit: String(question.limit) };
}

/** Where the Jupyter server finds a notebook, or what it holds. */
export async function fileOf(notebook: INotebookFile): Promise<object> {
  const { path, kernelId, remote } = notebook;
  const file = { path, kernel_id: kernelId };
  return remote ? { ...file, content: await notebook.content() } : file;
}
