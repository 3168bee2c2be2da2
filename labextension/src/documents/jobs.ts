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
