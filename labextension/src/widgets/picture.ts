import { IRenderMime } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';

const SVG = 'image/svg+xml';

/** Draws SVG as a picture: in an `img` nothing of it runs, and nothing is loaded from anywhere. */
class RenderedPicture extends Widget implements IRenderMime.IRenderer {
  constructor() {
    super();
    this.addClass('jp-RenderedSVG'); // JupyterLab's own keeps it within its column
  }

  renderModel({ data }: IRenderMime.IMimeModel): Promise<void> {
    const image = document.createElement('img');
    image.alt = textOf(data['text/plain']) || SVG;
    image.src = `data:${SVG};base64,${base64(textOf(data[SVG]))}`;
    this.node.replaceChildren(image);
    return Promise.resolve();
  }
}

/** As safe as a bitmap, and so drawn for notebooks that nobody trusts. */
export const pictureFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: [SVG],
  defaultRank: 80,
  createRenderer: () => new RenderedPicture()
};

/** The text of a mime bundle's entry; notebook files may hold it in lines. */
function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join('') : typeof value === 'string' ? value : '';
}

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return window.btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}
