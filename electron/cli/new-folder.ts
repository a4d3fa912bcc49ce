import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { usageError } from './errors.ts';

/** Writes files by path into a folder, which may be there only when it is empty. Throws command-line-usage. */
export function writeNewFolder(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw usageError(`${folder} is not empty.`);
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
