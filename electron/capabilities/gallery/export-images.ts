import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Zip, ZipPassThrough } from 'fflate';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { withoutTexts } from './png.ts';

/** fflate writes no ZIP64, whose sizes begin at 4 GiB. */
const MAX_ZIP_BYTES = 4_000_000_000;
const MAX_NAME_TRIES = 1_000;

export interface ExportOptions {
  readonly pictureIds: readonly string[];
  /** The PNG of an image; null when there is none that can be read. */
  readonly read: (pictureId: string) => Promise<Buffer | null>;
  readonly withParameters: boolean;
}

export interface Exported {
  readonly saved: number;
  /** Images whose file is missing or unreadable. */
  readonly missing: number;
}

const tooLargeForZipError = (): PanelException =>
  panelError({
    code: 'export-too-large',
    layer: 'laptop',
    message: 'The images are larger than the 4 GB that a ZIP file can hold.',
    hint: 'Export them to a folder, or select fewer images.',
    retryable: false,
  });

async function* imagesOf(o: ExportOptions, onMissing: () => void): AsyncGenerator<{ readonly name: string; readonly data: Buffer }> {
  for (const pictureId of o.pictureIds) {
    const png = await o.read(pictureId);
    if (png === null) onMissing();
    else yield { name: `${pictureId}.png`, data: o.withParameters ? png : withoutTexts(png) };
  }
}

/** Copies images into a folder; a file that is there is never replaced. Throws the file system's error; files copied by then remain. */
export async function exportToFolder(o: ExportOptions, folder: string): Promise<Exported> {
  let [saved, missing] = [0, 0];
  for await (const { name, data } of imagesOf(o, () => (missing += 1))) {
    await exportFileAtomic(await freeName(folder, name), [data]);
    saved += 1;
  }
  return { saved, missing };
}

/** `a.png`, or `a (2).png` where that is taken. */
async function freeName(folder: string, name: string): Promise<string> {
  for (let number = 1; number < MAX_NAME_TRIES; number += 1) {
    const file = join(folder, number === 1 ? name : name.replace(/\.png$/, ` (${number}).png`));
    const isTaken = await access(file).then(
      () => true,
      () => false,
    );
    if (!isTaken) return file;
  }
  throw Object.assign(new Error(`EEXIST: ${name}`), { code: 'EEXIST' });
}

/** Writes images into a ZIP file, which appears once it is whole. Throws export-too-large and the file system's error. */
export async function exportToZip(o: ExportOptions, file: string): Promise<Exported> {
  let [saved, missing] = [0, 0];
  const zipped = async function* (): AsyncGenerator<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const zip = new Zip((error, chunk) => {
      if (error !== null) throw error;
      chunks.push(chunk);
    });
    for await (const { name, data } of imagesOf(o, () => (missing += 1))) {
      bytes += data.length;
      if (bytes > MAX_ZIP_BYTES) throw tooLargeForZipError();
      // A PNG is compressed already.
      const entry = new ZipPassThrough(name);
      zip.add(entry);
      entry.push(data, true);
      saved += 1;
      yield* chunks.splice(0);
    }
    zip.end();
    yield* chunks.splice(0);
  };
  await exportFileAtomic(file, zipped());
  return { saved, missing };
}
