import { INotebookContent } from '@jupyterlab/nbformat';
import { NotebookModel, NotebookWidgetFactory, StaticNotebook } from '@jupyterlab/notebook';
import { Panel, Widget } from '@lumino/widgets';

interface IAction {
  label: string;
  execute: () => void;
}

/**
 * A notebook as it was published, to be read: nothing of it runs, and none of its outputs is trusted.
 *
 * @param says - the line above it
 */
export function versionView(
  factory: NotebookWidgetFactory,
  content: INotebookContent,
  says: string,
  actions: IAction[]
): Widget {
  const model = new NotebookModel();
  model.fromJSON(sealed(content));
  model.readOnly = true;
  const notebook = new StaticNotebook({
    rendermime: factory.rendermime.clone(),
    contentFactory: factory.contentFactory,
    mimeTypeService: factory.mimeTypeService,
    editorConfig: factory.editorConfig,
    notebookConfig: { ...factory.notebookConfig, windowingMode: 'defer' }
  });
  notebook.addClass('jp-Repo-version-notebook');
  notebook.model = model;
  notebook.disposed.connect(() => model.dispose());
  const view = new Panel();
  view.addClass('jp-Repo-versionView');
  view.addWidget(bar(says, actions));
  view.addWidget(notebook);
  return view;
}

/** No cell can be edited, and no output claims that its author may run scripts here. */
function sealed(content: INotebookContent): INotebookContent {
  const cells = content.cells.map(cell => ({
    ...cell,
    metadata: { ...cell.metadata, trusted: false, editable: false, deletable: false }
  }));
  return { ...content, cells };
}

function bar(says: string, actions: IAction[]): Widget {
  const widget = new Widget();
  widget.addClass('jp-Repo-versionBar');
  const text = document.createElement('span');
  text.textContent = says;
  widget.node.append(text);
  for (const { label, execute } of actions) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jp-Repo-button jp-mod-styled jp-mod-reject';
    button.textContent = label;
    button.addEventListener('click', execute);
    widget.node.append(button);
  }
  return widget;
}
