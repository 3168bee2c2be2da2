import { INotebookContent } from '@jupyterlab/nbformat';
import { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Contents } from '@jupyterlab/services';
import { JSONObject } from '@lumino/coreutils';
import { CommandRegistry } from '@lumino/commands';
import { INotebookFile, IPublishChoices } from '../documents/publishing';
import { METADATA_KEY } from '../tokens';

/** A notebook to be published, open or not. */
export interface INotebookSource extends INotebookFile {
  /** whether it is on the screen */
  readonly isOpen: boolean;
  /** Write what is on the screen; the server reads the file. */
  save(): Promise<void>;
  /** Keep the choices, and the version that it is now, in the notebook, where the server finds them the next time. */
  remember(choices: IPublishChoices, version: string): Promise<void>;
  /** Show a cell, counted from 1. */
  reveal(cell: number): Promise<void>;
}

/** The saves that are under way or about to begin, of each document the last. */
const saves = new WeakMap<DocumentRegistry.Context, Promise<void>>();
/** Documents whose saves by others are noticed. */
const followed = new WeakSet<DocumentRegistry.Context>();
/** How long another save is waited for, in milliseconds: one that the person cancelled tells no end. */
const LONGEST_WAIT = 60_000;

/** Notice when JupyterLab itself saves a notebook: now and then, or when the person says so. */
export function followSaves(tracker: INotebookTracker): void {
  const follow = ({ context }: NotebookPanel) => {
    if (!followed.has(context)) {
      followed.add(context);
      context.saveState.connect((_, state) => {
        if (state === 'started' && !saves.has(context)) {
          void queue(context, ended(context));
        }
      });
    }
  };
  tracker.forEach(follow);
  tracker.widgetAdded.connect((_, panel) => follow(panel));
}

/**
 * Save a document, when what saves it already is done.
 *
 * JupyterLab does not wait: the second save finds a newer file than it knows, and asks whether somebody else changed it.
 */
export function saved(context: DocumentRegistry.Context): Promise<void> {
  const before = saves.get(context) ?? Promise.resolve();
  return queue(
    context,
    within(before).then(() => context.save())
  );
}

/** The next one waits for this save. */
function queue(context: DocumentRegistry.Context, save: Promise<void>): Promise<void> {
  const done = () => {
    if (saves.get(context) === save) {
      saves.delete(context);
    }
  };
  saves.set(context, save);
  save.then(done, done);
  return save;
}

/** Resolves when the save that has begun is over, well or not. */
function ended(context: DocumentRegistry.Context): Promise<void> {
  return new Promise(resolve => {
    const look = (_: unknown, state: DocumentRegistry.SaveState) => {
      if (state !== 'started') {
        context.saveState.disconnect(look);
        resolve();
      }
    };
    context.saveState.connect(look);
  });
}

/** Resolves when a save is over, well or not, or has been waited for long enough. */
function within(save: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const timer = window.setTimeout(resolve, LONGEST_WAIT);
    const over = () => {
      window.clearTimeout(timer);
      resolve();
    };
    save.then(over, over);
  });
}

/** A notebook that is open. */
export function openNotebook(panel: NotebookPanel, contents: Contents.IManager): INotebookSource {
  const { context } = panel;
  return {
    path: context.path,
    remote: isRemote(contents, context.path),
    kernelId: panel.sessionContext.session?.kernel?.id ?? null,
    isOpen: true,
    save: () => saved(context),
    content: () => Promise.resolve(context.model.toJSON() as INotebookContent),
    remember: async (choices, version) => {
      if (!context.isDisposed) {
        context.model.setMetadata(METADATA_KEY, { ...choices, version });
        await saved(context);
      }
    },
    reveal: cell => reveal(panel, cell)
  };
}

/** A notebook that lies in the file browser. */
export function closedNotebook(
  contents: Contents.IManager,
  commands: CommandRegistry,
  path: string
): INotebookSource {
  return {
    path,
    remote: isRemote(contents, path),
    kernelId: null,
    isOpen: false,
    save: () => Promise.resolve(),
    content: async () => (await contents.get(path)).content as INotebookContent,
    remember: async (choices, version) => {
      const model = await contents.get(path);
      metadataOf(model)[METADATA_KEY] = { ...choices, version };
      await contents.save(path, model);
    },
    reveal: async cell => {
      const panel = (await commands.execute('docmanager:open', { path })) as unknown;
      if (panel instanceof NotebookPanel) {
        await panel.revealed;
        await reveal(panel, cell);
      }
    }
  };
}

/** Is a path in another drive than the Jupyter server's own files? Such paths begin with the name of the drive. */
export function isRemote(contents: Contents.IManager, path: string): boolean {
  return contents.driveName(path) !== '';
}

/** Show a cell of a notebook, counted from 1. */
export async function reveal(panel: NotebookPanel, cell: number): Promise<void> {
  const { content: notebook } = panel;
  notebook.deselectAll();
  notebook.activeCellIndex = cell - 1;
  notebook.mode = 'command';
  panel.activate();
  await notebook.scrollToItem(cell - 1, 'center');
}

function metadataOf(model: Contents.IModel): JSONObject {
  const notebook = model.content as { metadata: JSONObject };
  return notebook.metadata;
}

/** `owner/name` that an open notebook was published as or opened from, or null: it never was. */
export function publishedAs(panel: NotebookPanel): string | null {
  const { channel, name } = kept(panel);
  return channel && name ? `${channel}/${name}` : null;
}

/** The version that an open notebook was published as or opened from, or ''. */
export function publishedVersion(panel: NotebookPanel): string {
  return kept(panel).version ?? '';
}

function kept(panel: NotebookPanel): Partial<IPublishChoices & { version: string }> {
  return (panel.model?.getMetadata(METADATA_KEY) ?? {}) as Partial<
    IPublishChoices & { version: string }
  >;
}
