import { type Stats, statSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK_BYTES = 512;

/** Bytes that a file takes on the disk, as `du` counts them; its length where the file system does not tell. */
const bytesOf = ({ size, blocks }: Pick<Stats, 'size' | 'blocks'>): number => (blocks > 0 ? blocks * BLOCK_BYTES : size);

/** Bytes that files take on the disk together; one that is missing or cannot be looked at takes none. */
export function filesUse(files: readonly string[]): number {
  let bytes = 0;
  for (const file of files) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found !== undefined) bytes += bytesOf(found);
  }
  return bytes;
}

/** Files below a folder and the bytes that they take on the disk; links are not followed. Never rejects: what cannot be read is left out. */
export async function folderUse(folder: string): Promise<{ files: number; bytes: number }> {
  const total = { files: 0, bytes: 0 };
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const below = await folderUse(path);
      total.files += below.files;
      total.bytes += below.bytes;
    } else if (entry.isFile()) {
      const found = await lstat(path).catch(() => null);
      if (found === null) continue;
      total.files += 1;
      total.bytes += bytesOf(found);
    }
  }
  return total;
}
