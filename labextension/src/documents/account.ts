import { Visibility } from './things';

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

/** What others did that concerns me; `link` is a path of the repository. */
export interface INotification {
  kind: string;
  text: string;
  link: string;
  created_at: string;
  read: boolean;
}
