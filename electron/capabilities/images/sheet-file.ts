import { panelError } from '../../../shared/errors.ts';
import { isPng, withTexts } from '../gallery/png.ts';

/** The name that is offered for a sheet drawn at `atMs`: `sweep-20260102-030405.png`. */
export function sheetName(atMs: number): string {
  return `sweep-${new Date(atMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)}.png`;
}

/** The PNG with what the sheet is of in it, under the name that other programs look for. Throws images-sheet for anything but a PNG. */
export function sheetFile(png: Buffer, text: string): Buffer {
  if (isPng(png)) return withTexts(png, { parameters: text, Software: 'Ada Panel' });
  throw panelError({ code: 'images-sheet', layer: 'panel', message: 'The sheet could not be drawn.', hint: 'Try again.', retryable: true });
}
