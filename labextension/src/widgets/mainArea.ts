import { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { LabIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

let count = 0;

/** Show a widget beside the notebooks; under the notebook in Notebook 7, whose main area holds one only. */
export function showInMain(
  app: JupyterFrontEnd,
  content: Widget,
  title: { label: string; icon: LabIcon },
  region: string
): void {
  const widget = new MainAreaWidget({ content });
  // the main area widget names the region itself, with words that say nothing
  content.node.setAttribute('role', 'region');
  content.node.setAttribute('aria-label', region);
  widget.id = `jupyter-repo-document-${++count}`;
  widget.title.label = title.label;
  widget.title.caption = title.label;
  widget.title.icon = title.icon;
  widget.title.closable = true;
  app.shell.add(widget, 'main');
  if (!widget.isAttached) {
    app.shell.add(widget, 'down');
  }
  app.shell.activateById(widget.id);
}
