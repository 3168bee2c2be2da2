import { INotebookContent } from '@jupyterlab/nbformat';
import { RepositoryAPI, segments } from './api';
import { Ability, Kind } from './tokens';

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

/** One side of a comparison: a version, a local file, or a notebook on the screen. */
export type Side =
  | { full_name: string; version?: string }
  | { path: string }
  | { content: INotebookContent; title: string };

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

/** An output in a few words. */
export interface IDiffOutput {
  op: ' ' | '+' | '-' | '~';
  type: string;
  mime: string[];
  text: string;
  size: number;
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

/** The endpoints about versions of notebooks. */
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
}
