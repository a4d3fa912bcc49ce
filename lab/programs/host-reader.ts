import type { LabProcess, Machine } from './process.ts';

/** Answers one request: the words of its head with the status, and its lines. */
export type Reader = (
  a: string,
  b: string,
  process: LabProcess,
  machine: Machine,
) => Promise<readonly [string, readonly string[]]> | readonly [string, readonly string[]];

/** The nearest folder at or above a path. */
export function nearestFolder(path: string, { files }: Machine): string {
  let folder = path;
  while (folder !== '' && !files.isFolder(folder)) folder = folder.slice(0, folder.lastIndexOf('/'));
  return folder === '' ? '/' : folder;
}
