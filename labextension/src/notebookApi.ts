import { IAttachments, INotebookContent, IOutput } from '@jupyterlab/nbformat';
import { fileOf, RepositoryAPI } from './api';
import { segments } from './request';
import { IFinding, INotebookFile, Remedy } from './documents/publishing';
import { Ability, IOrigin, IThing, Kind, Visibility } from './documents/things';

/** What a version changed in the one before it, in cells. */
export interface IChanges {
  added: number;
  removed: number;
  changed: number;
  moved: number;
  /** cells whose outputs differ */
  outputs: number;
}

/** One version of a notebook, with who made it. */
export interface IVersion {
  version: string;
  created_at: string;
  uploaded_by: string;
  summary: string;
  environment: boolean;
  lock: boolean;
  /** null for the first version, and for old ones */
  changes: IChanges | null;
}

/** The versions of a notebook, newest first. */
export interface IHistory {
  full_name: string;
  kind: Kind;
  can: Ability[];
  versions: IVersion[];
}

/** A notebook of the repository as it was published. */
export interface IPublishedNotebook {
  full_name: string;
  version: string;
  filename: string;
  content: INotebookContent;
}

/** One side of a comparison: a version, a local file, a notebook on the screen, or what somebody suggests. */
export type Side =
  | { full_name: string; version?: string }
  | { path: string }
  | { content: INotebookContent; title: string }
  | { suggestion: string };

/** A line of source; `…` stands for equal lines left out, `text` says how many. */
export interface IDiffLine {
  op: ' ' | '+' | '-' | '…';
  base: number | null;
  head: number | null;
  text: string;
  /** ranges of characters that differ within a changed line */
  marks: [number, number][];
}

/** A metadata field that differs; the values are short JSON texts. */
export interface IDiffField {
  op: '+' | '-' | '~';
  path: string;
  base: string | null;
  head: string | null;
}

/** An output in a few words, and whole where there was room; nothing of it may be trusted. */
export interface IDiffOutput {
  op: ' ' | '+' | '-' | '~';
  type: string;
  mime: string[];
  text: string;
  size: number;
  before: IOutput | null;
  after: IOutput | null;
}

/** A Markdown cell whole; nothing of it may be trusted. */
export interface IDiffText {
  source: string;
  attachments: IAttachments;
}

/** A cell of one or both notebooks; positions count from 1. */
export interface IDiffCell {
  change: 'same' | 'added' | 'removed' | 'changed';
  moved: boolean;
  type: string;
  old_type: string | null;
  base: number | null;
  head: number | null;
  source: { lines: IDiffLine[]; truncated: boolean };
  texts: { before: IDiffText | null; after: IDiffText | null } | null;
  outputs: IDiffOutput[];
  outputs_changed: boolean;
  metadata: IDiffField[];
  attachments: { op: '+' | '-' | '~'; name: string }[];
}

/** Two notebooks compared cell by cell, in reading order. */
export interface IDiff {
  identical: boolean;
  truncated: boolean;
  summary: IChanges & { same: number };
  metadata: IDiffField[];
  cells: IDiffCell[];
}

/** A comparison and what its sides are called. */
export interface IComparison {
  base: { title: string };
  head: { title: string };
  diff: IDiff;
}

/** A change that somebody suggests to a notebook. */
export interface ISuggestion {
  id: number;
  /** the notebook it is suggested to */
  to: string;
  base_version: string;
  author: string;
  message: string;
  state: 'open' | 'accepted' | 'declined' | 'withdrawn';
  /** what was said at the decision */
  word: string;
  created_at: string;
  decided_at: string | null;
  decided_by: string | null;
  /** the version that accepting it made */
  version: string | null;
  latest_version: string | null;
  /** the notebook has newer versions than the one it started from */
  outdated: boolean;
  can: Decision[];
}

export type Decision = 'accept' | 'decline' | 'withdraw';

/** The endpoints about versions of notebooks, forks and suggestions. */
export class NotebookAPI {
  constructor(private readonly _api: RepositoryAPI) {}

  /** The versions, newest first, the latest of them with what they changed. */
  history(fullName: string): Promise<IHistory> {
    return this._api.ask(`things/${segments(fullName)}/history`, { query: { changes: '1' } });
  }

  version(fullName: string, version: string): Promise<IPublishedNotebook> {
    const path = `things/${segments(fullName)}/versions/${encodeURIComponent(version)}/notebook`;
    return this._api.ask(path);
  }

  compare(base: Side, head: Side): Promise<IComparison> {
    return this._api.ask('diff', { method: 'POST', body: { base, head } });
  }

  /** Save a version as a new file of a folder; answers its path. */
  async restore(fullName: string, version: string, directory: string): Promise<string> {
    const body = { full_name: fullName, version, directory };
    return (await this._api.ask<{ path: string }>('restore', { method: 'POST', body })).path;
  }

  /** Put a version in the place of a file, which gets a checkpoint first. */
  async replace(fullName: string, version: string, path: string): Promise<void> {
    const body = { full_name: fullName, version, path, replace: true };
    await this._api.ask('restore', { method: 'POST', body });
  }

  /** Copy a notebook with its environment into a channel of mine, with its lineage. */
  fork(
    fullName: string,
    version: string | null,
    to: { channel: string; name: string; visibility: Visibility }
  ): Promise<{ package: IThing; version: string; url: string; forked_from: IOrigin }> {
    const body = { full_name: fullName, ...(version === null ? {} : { version }), ...to };
    return this._api.ask('fork', { method: 'POST', body });
  }

  /** What the publish guard finds in a notebook. */
  async scan(notebook: INotebookFile): Promise<IFinding[]> {
    const request = { method: 'POST', body: await fileOf(notebook) } as const;
    return (await this._api.ask<{ findings: IFinding[] }>('scan', request)).findings;
  }

  /** Send a notebook to the author of another as a change; answers the id of the job. */
  async suggest(
    notebook: INotebookFile,
    suggestion: {
      full_name: string;
      base_version?: string;
      message: string;
      remedy: Remedy | null;
    }
  ): Promise<string> {
    const { remedy, ...rest } = suggestion;
    const sent = { ...(await fileOf(notebook)), ...rest };
    const body = remedy === null ? sent : { ...sent, remedy };
    return (await this._api.ask<{ job: string }>('suggestions', { method: 'POST', body })).job;
  }

  /** Suggestions: to things of mine, my own, or those to one thing. */
  async suggestions(query: {
    box?: 'in' | 'out';
    full_name?: string;
    state?: string;
  }): Promise<ISuggestion[]> {
    const request = { query };
    const answer = await this._api.ask<{ suggestions: ISuggestion[] }>('suggestions', request);
    return answer.suggestions;
  }

  suggestion(id: number): Promise<ISuggestion> {
    return this._api.ask(`suggestions/${id}`);
  }

  decide(id: number, decision: Decision, word: string): Promise<ISuggestion> {
    const body = decision === 'withdraw' ? {} : { word };
    return this._api.ask(`suggestions/${id}/${decision}`, { method: 'POST', body });
  }
}
