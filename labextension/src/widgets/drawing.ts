import { AttachmentsModel, AttachmentsResolver } from '@jupyterlab/attachments';
import { IOutput } from '@jupyterlab/nbformat';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import { IRenderMimeRegistry, MimeModel } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import { IDiffText } from '../notebookApi';
import { pictureFactory } from './picture';

const MARKDOWN = 'text/markdown';

/** Draws what strangers wrote as JupyterLab draws what it does not trust: sanitised, and running nothing. */
export class Drawing {
  constructor(private readonly _rendermime: IRenderMimeRegistry) {}

  output(output: IOutput): Widget {
    const model = new OutputAreaModel({ values: [output], trusted: false });
    const rendermime = this._rendermime.clone();
    rendermime.addFactory(pictureFactory);
    const area = new SimplifiedOutputArea({ model, rendermime });
    area.disposed.connect(() => model.dispose());
    return area;
  }

  text({ source, attachments }: IDiffText): Widget {
    const model = new AttachmentsModel({ values: attachments });
    const resolver = new AttachmentsResolver({ model });
    const renderer = this._rendermime.clone({ resolver }).createRenderer(MARKDOWN);
    const said = new MimeModel({ data: { [MARKDOWN]: source }, trusted: false });
    renderer.renderModel(said).catch(() => {
      renderer.node.textContent = source;
    });
    renderer.disposed.connect(() => model.dispose());
    return renderer;
  }
}
