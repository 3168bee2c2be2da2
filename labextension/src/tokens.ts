import { Token } from '@lumino/coreutils';
import type { RepositoryModel } from './model/repository';

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

/** The repository as the front end knows it, for other extensions. */
export type IRepository = RepositoryModel;

export const IRepository = new Token<IRepository>(
  'jupyter-repo:IRepository',
  'The state of the repository: account, things, running jobs and access tokens.'
);
