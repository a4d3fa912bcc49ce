import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import type { Sweep } from '../../../../shared/capabilities/images/contract.ts';
import { imageUrl } from '../image-urls.ts';
import { PARAMETER_TEXT } from '../runs/text.ts';
import { sheetLayout } from './sheet-layout.ts';
import { SWEEP_TEXT } from './text.ts';

/** A cell: its image, or why it is empty. */
export type SheetCell = GalleryImage | string;

const FONT = '"Inter Variable", system-ui, sans-serif';
/** Sheets are read on paper and in chats: dark on white, whatever the theme. */
const COLORS = { page: '#ffffff', text: '#1a1a1a', quiet: '#5c5c5c', empty: '#eeeeee' };

/**
 * Draws a sheet with the labels of its axes, row by row, as PNG. Images are decoded and scaled outside of the page's own thread, one
 * after another, so that the window stays usable. Rejects where the canvas cannot be made.
 */
export async function drawSheet(o: {
  readonly sweep: Sweep;
  readonly cells: readonly SheetCell[];
  readonly title: string;
}): Promise<Uint8Array<ArrayBuffer>> {
  const { sweep, cells } = o;
  const columns = sweep.x.values.length;
  const rows = sweep.y?.values.length ?? 1;
  const images = cells.filter((cell) => typeof cell !== 'string');
  const image = { width: Math.max(256, ...images.map(({ width }) => width)), height: Math.max(256, ...images.map(({ height }) => height)) };
  const layout = sheetLayout({ columns, rows, hasRowLabels: sweep.y !== null, image });
  const canvas = new OffscreenCanvas(layout.width, layout.height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = COLORS.page;
  context.fillRect(0, 0, layout.width, layout.height);
  context.textBaseline = 'middle';
  const write = (
    text: string,
    x: number,
    y: number,
    maxWidth: number,
    style: { readonly bold?: boolean; readonly align?: CanvasTextAlign },
  ): void => {
    context.font = `${style.bold === true ? '600' : '400'} 16px ${FONT}`;
    context.textAlign = style.align ?? 'left';
    context.fillStyle = COLORS.text;
    context.fillText(fitting(context, text, maxWidth), x, y);
  };
  write(o.title, layout.rowLabelX, layout.titleY, layout.width - 2 * layout.rowLabelX, { bold: true });
  for (const [column, value] of sweep.x.values.entries()) {
    const { x } = layout.cellAt(column, 0);
    write(`${PARAMETER_TEXT[sweep.x.parameter]} ${value}`, x + layout.cellWidth / 2, layout.columnLabelY, layout.cellWidth, {
      align: 'center',
    });
  }
  for (const [row, value] of (sweep.y?.values ?? []).entries()) {
    const middle = layout.cellAt(0, row).y + layout.cellHeight / 2;
    const width = layout.rowLabelWidth - 10;
    write(sweep.y === null ? '' : PARAMETER_TEXT[sweep.y.parameter], layout.rowLabelX, middle - 11, width, {});
    write(value, layout.rowLabelX, middle + 11, width, { bold: true });
  }
  for (const [index, cell] of cells.entries()) {
    const { x, y } = layout.cellAt(index % columns, Math.floor(index / columns));
    const bitmap = typeof cell === 'string' ? null : await bitmapOf(cell, layout.cellWidth / image.width);
    if (bitmap === null) {
      context.fillStyle = COLORS.empty;
      context.fillRect(x, y, layout.cellWidth, layout.cellHeight);
      const why = typeof cell === 'string' ? cell : SWEEP_TEXT.fileMissing;
      context.fillStyle = COLORS.quiet;
      context.font = `400 16px ${FONT}`;
      context.textAlign = 'center';
      context.fillText(fitting(context, why, layout.cellWidth - 10), x + layout.cellWidth / 2, y + layout.cellHeight / 2);
      continue;
    }
    context.drawImage(
      bitmap,
      x + Math.floor((layout.cellWidth - bitmap.width) / 2),
      y + Math.floor((layout.cellHeight - bitmap.height) / 2),
    );
    bitmap.close();
  }
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}

/** The image scaled by `scale`; null where its file is gone. */
async function bitmapOf(image: GalleryImage, scale: number): Promise<ImageBitmap | null> {
  try {
    const blob = await (await fetch(imageUrl(image))).blob();
    const resizeWidth = Math.max(1, Math.round(image.width * scale));
    const resizeHeight = Math.max(1, Math.round(image.height * scale));
    return await createImageBitmap(blob, { resizeWidth, resizeHeight, resizeQuality: 'high' });
  } catch {
    return null;
  }
}

/** The text, cut where it is wider than `maxWidth` px. */
function fitting(context: OffscreenCanvasRenderingContext2D, text: string, maxWidth: number): string {
  if (context.measureText(text).width <= maxWidth) return text;
  let [fits, tooLong] = [0, Math.min(text.length, 500)];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (context.measureText(`${text.slice(0, middle)}…`).width <= maxWidth) fits = middle;
    else tooLong = middle;
  }
  return `${text.slice(0, fits)}…`;
}
