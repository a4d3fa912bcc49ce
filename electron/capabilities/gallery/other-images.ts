import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomicAsync } from '../../foundation/files/atomic-file.ts';
import type { Logger } from '../../foundation/log/log.ts';
import { notTakenError, otherFormatError, tooLargeError, unreadableError } from './errors.ts';
import { MAX_IMAGE_BYTES, otherFormatOf } from './image-file.ts';
import { newImageId } from './image-record.ts';
import { isDecodableSize, pngSize } from './png.ts';

/**
 * Width and height of a PNG that the gallery can show. Throws image-unreadable and image-too-large; an image of another format or
 * size is saved as a separate file first.
 */
export async function requireShowable(
  png: Buffer,
  o: { readonly folder: string; readonly createdAt: number; readonly log: Logger },
): Promise<{ readonly width: number; readonly height: number }> {
  if (png.length > MAX_IMAGE_BYTES) throw tooLargeError(`${Math.ceil(png.length / 1_048_576)} MiB`);
  const size = pngSize(png);
  if (size === null) {
    const other = otherFormatOf(png);
    if (other === null) throw unreadableError(png);
    throw notTakenError(otherFormatError(other.name), await saveOtherImage({ ...o, extension: other.extension }, png));
  }
  if (!isDecodableSize(size)) {
    const error = tooLargeError(`${size.width} × ${size.height} pixels`);
    throw notTakenError(error, await saveOtherImage({ ...o, extension: 'png' }, png));
  }
  return size;
}

/** Saves an image that the gallery cannot show as a separate file, so that it is not lost. Null = it could not be saved. */
async function saveOtherImage(
  o: { readonly folder: string; readonly createdAt: number; readonly extension: string; readonly log: Logger },
  data: Buffer,
): Promise<string | null> {
  const folder = join(o.folder, 'other');
  const file = join(folder, `${newImageId(o.createdAt)}.${o.extension}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomicAsync(file, data);
    return file;
  } catch (cause) {
    o.log.error('gallery.not-written', { cause: String(cause) });
    return null;
  }
}
