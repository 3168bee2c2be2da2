import { INotebookContent } from '@jupyterlab/nbformat';
import { IChannel } from './account';
import { Kind, Visibility } from './things';

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

/** A notebook that is to be published, and as which kernel runs it. */
export interface INotebookFile {
  readonly path: string;
  readonly kernelId: string | null;
  /** is it in a drive that the Jupyter server can't read, so that it has to be sent along? */
  readonly remote: boolean;
  /** What it holds now. */
  content(): Promise<INotebookContent>;
}

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
  /** the latest version, where the notebook was opened from an older one; else null */
  newer: string | null;
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
