// Unpacks a zip file: Node cannot read one, and a bare machine has no unzip.
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const EXECUTABLE_BITS = 0o111;

/**
 * Writes the files of `archive` that `place(name)` gives a name to (relative to `folder`; null leaves the file out).
 * yauzl refuses absolute names and names with `..`; links are written as regular files, and of the mode only the executable bits remain.
 */
export async function unzip(archive, folder, place) {
  // Loaded here, since set-up begins before the packages are installed.
  const { default: yauzl } = await import('yauzl');
  const zip = await yauzl.openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const target = entry.fileName.endsWith('/') ? null : place(entry.fileName);
    if (target === null) continue;
    const file = join(folder, target);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const isExecutable = ((entry.externalFileAttributes >>> 16) & EXECUTABLE_BITS) !== 0;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file, { mode: isExecutable ? 0o755 : 0o644 }));
  }
}
