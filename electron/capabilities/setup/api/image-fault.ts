import { otherFormatOf } from '../../gallery/image-file.ts';
import { readHeader } from '../../gallery/png.ts';
import { decodeRows } from '../../gallery/png-rows.ts';

/** Why this is not an image of that size in pixels with more than one color, in a sentence; null = it is. Formats: PNG. */
export async function findImageFault(
  data: Buffer,
  size: { readonly width: number; readonly height: number },
  server = 'The gateway',
): Promise<string | null> {
  const header = readHeader(data);
  if (header === null) return `${server} returned ${otherFormatOf(data)?.name ?? 'no image'} instead of a PNG.`;
  const { width, height } = header;
  if (width !== size.width || height !== size.height) {
    const stub = width * height === 1 ? ' A stub makes such images.' : '';
    return `The image is ${width} × ${height} instead of ${size.width} × ${size.height}.${stub}`;
  }
  let first: readonly number[] | null = null;
  let hasColors = false;
  let rows = 0;
  const isDecoded = await decodeRows(data, (_y, rgba) => {
    rows += 1;
    // Alpha is no color.
    const color = first ?? [...rgba.subarray(0, 3)];
    first = color;
    for (let at = 0; at < rgba.length && !hasColors; at += 4) hasColors = color.some((value, channel) => rgba[at + channel] !== value);
    return true;
  });
  if (!isDecoded || rows !== height) return 'The image is damaged.';
  return hasColors ? null : 'The image has one color only.';
}
