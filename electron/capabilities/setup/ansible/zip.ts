import { zipSync } from 'fflate';

/** Folders of an archive have no other time than this, so that the same playbook is the same archive. */
const NO_TIME = new Date(1980, 0, 1);

/** Files by path as a .zip with one folder. */
export function zipOf(files: ReadonlyMap<string, string>, folder: string): Uint8Array {
  const entries = [...files].map(([path, text]): [string, Uint8Array] => [`${folder}/${path}`, new TextEncoder().encode(text)]);
  return zipSync(Object.fromEntries(entries), { mtime: NO_TIME });
}
