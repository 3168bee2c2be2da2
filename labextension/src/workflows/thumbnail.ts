import { INotebookContent, IOutput } from '@jupyterlab/nbformat';

/** What a picture is scaled into, in pixels: large enough for the panel on a sharp screen. */
const WIDTH = 480;
const HEIGHT = 320;
/** The repository takes 96 KiB. */
const MAX_BASE64 = (90 << 10) * (4 / 3);
const MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/**
 * A small picture of a notebook, made of its first image output.
 *
 * @param without - cells, counted from 1, that give no picture
 * @returns a PNG or JPEG in base64, or null where there is no such output
 */
export async function thumbnailOf(
  notebook: INotebookContent,
  without: ReadonlySet<number>
): Promise<string | null> {
  const found = firstPicture(notebook, without);
  return found ? shrink(found) : null;
}

/** The data: address of the first image output. */
export function firstPicture(
  notebook: INotebookContent,
  without: ReadonlySet<number>
): string | null {
  for (const [index, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== 'code' || without.has(index + 1)) {
      continue;
    }
    for (const output of cell.outputs as IOutput[]) {
      const data = (output.data ?? {}) as Record<string, unknown>;
      const mediaType = MEDIA_TYPES.find(type => data[type] !== undefined);
      if (mediaType) {
        const content = data[mediaType];
        const text = Array.isArray(content) ? content.join('') : String(content);
        return `data:${mediaType};base64,${text.replace(/\s/g, '')}`;
      }
    }
  }
  return null;
}

async function shrink(url: string): Promise<string | null> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const { naturalWidth, naturalHeight } = image;
  const scale = Math.min(1, WIDTH / naturalWidth, HEIGHT / naturalHeight);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(naturalHeight * scale));
  const context = canvas.getContext('2d');
  if (!context) {
    return null;
  }
  context.fillStyle = 'white'; // plots are drawn for paper, also where their ground is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const tries: [string, number?][] = [['image/png'], ['image/jpeg', 0.85], ['image/jpeg', 0.6]];
  for (const [type, quality] of tries) {
    const [, base64] = canvas.toDataURL(type, quality).split(',');
    if (base64.length <= MAX_BASE64) {
      return base64;
    }
  }
  return null;
}
