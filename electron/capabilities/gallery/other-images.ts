import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomicAsync } from '../../foundation/files/atomic-file.ts';
import type { Logger } from '../../foundation/log/log.ts';
import { newImageId } from './image-record.ts';

/** Saves an image that the gallery cannot show as a separate file, so that it is not lost. Null = it could not be saved. */
export async function saveOtherImage(
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
