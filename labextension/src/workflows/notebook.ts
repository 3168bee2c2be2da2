import { NotebookPanel } from '@jupyterlab/notebook';
import { Contents } from '@jupyterlab/services';
import { JSONObject } from '@lumino/coreutils';
import { IPublishChoices, METADATA_KEY } from '../tokens';

/** A notebook to be published, open or not. */
export interface INotebookSource {
  readonly path: string;
  readonly kernelId: string | null;
  /** Write what is on the screen; the server reads the file. */
  save(): Promise<void>;
  /** Keep the choices in the notebook, where the server finds them the next time. */
  remember(choices: IPublishChoices): Promise<void>;
}

/** A notebook that is open. */
export function openNotebook(panel: NotebookPanel): INotebookSource {
  const { context } = panel;
  return {
    path: context.path,
    kernelId: panel.sessionContext.session?.kernel?.id ?? null,
    save: () => context.save(),
    remember: async choices => {
      if (!context.isDisposed) {
        context.model.setMetadata(METADATA_KEY, { ...choices });
        await context.save();
      }
    }
  };
}

/** A notebook that lies in the file browser. */
export function closedNotebook(contents: Contents.IManager, path: string): INotebookSource {
  return {
    path,
    kernelId: null,
    save: () => Promise.resolve(),
    remember: async choices => {
      const model = await contents.get(path);
      metadataOf(model)[METADATA_KEY] = { ...choices };
      await contents.save(path, model);
    }
  };
}

function metadataOf(model: Contents.IModel): JSONObject {
  const notebook = model.content as { metadata: JSONObject };
  return notebook.metadata;
}
