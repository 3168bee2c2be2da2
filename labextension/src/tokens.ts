import { Token } from '@lumino/coreutils';
import type { IRepositoryModel } from './model/repository';

/** The ids of all commands of the extension. */
export namespace CommandIDs {
  export const showPanel = 'jupyter-repo:show-panel';
  export const refresh = 'jupyter-repo:refresh';
  export const openInBrowser = 'jupyter-repo:open-in-browser';
  export const publishNotebook = 'jupyter-repo:publish-notebook';
  export const comparePublished = 'jupyter-repo:compare-with-published';
  export const compareVersions = 'jupyter-repo:compare-versions';
  export const openVersion = 'jupyter-repo:open-version';
  export const restoreVersion = 'jupyter-repo:restore-version';
  export const openLink = 'jupyter-repo:open-from-repository';
  export const reopen = 'jupyter-repo:reopen';
  export const showEnvironments = 'jupyter-repo:show-environments';
  export const refreshKernels = 'jupyter-repo:refresh-kernels';
  export const fork = 'jupyter-repo:fork';
  export const suggestChange = 'jupyter-repo:suggest-change';
  export const showSuggestions = 'jupyter-repo:show-suggestions';
  export const openSuggestion = 'jupyter-repo:open-suggestion';
  export const uploadFiles = 'jupyter-repo:upload-files';
  export const uploadSelected = 'jupyter-repo:upload-selected';
  export const signIn = 'jupyter-repo:sign-in';
  export const signOut = 'jupyter-repo:sign-out';
  export const editAccount = 'jupyter-repo:edit-account';
  export const showTokens = 'jupyter-repo:show-tokens';
  export const signUp = 'jupyter-repo:sign-up';
  export const activate = 'jupyter-repo:activate-account';
  export const showOrganizations = 'jupyter-repo:show-organizations';
  export const showNotifications = 'jupyter-repo:show-notifications';
  export const editSettings = 'jupyter-repo:edit-settings';
}

/** The id of the sidebar panel. */
export const PANEL_ID = 'jupyter-repo-panel';

/** The key in a notebook's metadata under which the choices of its last publication are kept. */
export const METADATA_KEY = 'jupyter_repo';

/** The name of the translation domain. */
export const DOMAIN = 'jupyter_repo';

/** What a thing of the repository is (the wire words). */
export type Kind = 'ipynb' | 'env' | 'conda' | 'pypi' | 'file';
export const KINDS: readonly Kind[] = ['ipynb', 'env', 'conda', 'pypi', 'file'];

/** Who may see a thing without being granted anything. */
export type Visibility = 'public' | 'authenticated' | 'unlisted' | 'private';
export const VISIBILITIES: readonly Visibility[] = [
  'public',
  'authenticated',
  'unlisted',
  'private'
];

/** What the caller may do with a thing, as the repository says it. */
export type Ability = 'upload' | 'delete-files' | 'edit-settings' | 'delete-package';

/** A channel the caller may publish to. */
export interface IChannel {
  name: string;
  kind: 'user' | 'org';
}

/** The answer of `GET status`. */
export interface IStatus {
  url: string;
  embedded: boolean;
  account: string | null;
  version: string;
  repository_version: string | null;
  state: 'ready' | 'starting' | 'signed-out' | 'unreachable' | 'other-version';
  message: string;
  channels: IChannel[];
  is_admin: boolean;
  can_rename: boolean;
  sign_up: 'open' | 'invitation' | 'closed';
  /** suggested changes that wait for my word */
  suggestions: number;
  /** JupyterHub says who the person is: nobody signs in or out here. */
  hub: boolean;
}

/** The settings editor's choices, as the Jupyter server keeps them; `url_fixed`: its configuration says which repository. */
export interface IServerSettings {
  url: string;
  default_channel: string;
  default_visibility: Visibility | '';
  guard: { off: string[]; max_output_mib: number };
  url_fixed: boolean;
}

/** What a person says to get an account. */
export interface ISignUp {
  name: string;
  email: string;
  password: string;
  accept_terms: boolean;
  invitation: string;
}

/** Which things are listed. */
export type Scope = 'mine' | 'everything' | 'starred';
export const SCOPES: readonly Scope[] = ['mine', 'everything', 'starred'];

/** A package of the repository, as lists show it. */
export interface IThing {
  name: string;
  full_name: string;
  owner: { login: string };
  /** null while it has no file */
  kind: Kind | null;
  summary: string;
  visibility: Visibility;
  latest_version: string | null;
  created_at: string;
  updated_at: string;
  downloads: number;
  releases_count: number;
  html_url: string;
  /** where the picture of its latest version is; null where it has none */
  thumbnail_url: string | null;
  can: Ability[];
}

/** One version of a thing. */
export interface IRelease {
  version: string;
  created_at: string;
  summary: string;
  files_count: number;
}

/** One file of a version. */
export interface IRepositoryFile {
  basename: string;
  filename: string;
  version: string;
  upload_time: string;
  uploaded_by: string;
  size: number;
  sha256: string;
  labels: string[];
  ndownloads: number;
  download_url: string;
}

/** How a client installs a thing; `private_command` holds the placeholder `<TOKEN>`. */
export interface IInstall {
  client: string;
  title: string;
  command: string;
  private_command: string | null;
}

/** Where a fork comes from. */
export interface IOrigin {
  full_name: string;
  version: string;
  url: string;
}

/** A thing with its versions, files and install commands. */
export interface IThingDocument extends IThing {
  /** null where it is no fork, or one of something that I may not see */
  forked_from: IOrigin | null;
  /** how many forks of it I may see */
  forks: number;
  releases: IRelease[];
  files: IRepositoryFile[];
  install: IInstall[];
}

/** Something that the publish guard would rather not let out; the excerpt never holds the secret. */
export interface IFinding {
  kind: string;
  /** what it is, in words */
  title: string;
  /** counted from 1; 0 is the metadata of the notebook */
  cell: number;
  /** `source`, `output 2` or `metadata` */
  place: string;
  excerpt: string;
}

/** What is done about findings in what is published; the file stays as it is. */
export type Remedy = 'strip' | 'replace' | 'allow';

/** What publishing a notebook would do, asked before it is done. */
export interface IPublishPreview {
  path: string;
  channel: string;
  name: string;
  summary: string;
  visibility: Visibility;
  environment: boolean;
  thumbnail: boolean;
  exists: boolean;
  next_version: string;
  kind: Kind | null;
  taken: string | null;
  can: boolean;
  channels: IChannel[];
  findings: IFinding[];
}

/** The choices of a publication, also kept in the notebook's metadata. */
export interface IPublishChoices {
  channel: string;
  name: string;
  summary: string;
  visibility: Visibility;
  environment: boolean;
  /** show a picture of its outputs in lists */
  thumbnail: boolean;
}

/** What is sent to publish a notebook. */
export interface IPublication {
  choices: IPublishChoices;
  /** null where the guard found nothing */
  remedy: Remedy | null;
  /** a small PNG or JPEG in base64, or null */
  picture: string | null;
}

/** The choices of an upload; package and version only where the file itself has none. */
export interface IUploadChoices {
  channel: string;
  visibility: Visibility | null;
  package?: string;
  version?: string;
  force?: boolean;
}

/** What a finished job made. */
export interface IJobResult {
  package: string | { full_name: string };
  version: string;
  url: string;
  created: boolean;
}

/** What opening a published notebook made: a file, and the kernel it runs with. */
export interface IOpened {
  path: string;
  /** null where it came without its environment */
  kernel: string | null;
  display_name: string | null;
  notice: string | null;
}

/** A long task of the server. */
export interface IJob {
  id: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  stage: string;
  fraction: number | null;
  /** which of how many stages it is, counted from 1; null where nobody knows */
  step: number | null;
  steps: number | null;
  result: IJobResult | IOpened | { suggestion: unknown } | null;
  error: { message: string; code: string; status: number } | null;
}

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

/** What others did that concerns me; `link` is a path of the repository. */
export interface INotification {
  kind: string;
  text: string;
  link: string;
  created_at: string;
  read: boolean;
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

/** The repository as the front end knows it, for other extensions. */
export type IRepository = IRepositoryModel;

export const IRepository = new Token<IRepository>(
  'jupyter-repo:IRepository',
  'The state of the repository: account, things, running jobs and access tokens.'
);
