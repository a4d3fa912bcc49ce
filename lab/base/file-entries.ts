/** What is at a path of the simulated host. `mode` holds the permission bits only. Times are the host's clock, epoch ms. */
export interface LabFile {
  readonly kind: 'file' | 'folder' | 'link';
  readonly data: Buffer;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly modifiedMs: number;
  /** Of content or attributes. */
  readonly changedMs: number;
  /** Of a link. */
  readonly target?: string;
  /** Size and checksum (hex) of a file too large to store; `data` is empty then. */
  readonly hollow?: { readonly bytes: number; readonly sha256: string };
}

export function sizeOf(file: LabFile): number {
  if (file.kind === 'folder') return 4096;
  return file.hollow?.bytes ?? (file.kind === 'link' ? (file.target ?? '').length : file.data.length);
}

export type FileFault =
  | 'no-such-file'
  | 'permission-denied'
  | 'is-a-directory'
  | 'not-a-directory'
  | 'not-empty'
  | 'exists'
  | 'no-space'
  | 'loop';

export class FileError extends Error {
  readonly fault: FileFault;
  constructor(fault: FileFault, path: string) {
    super(`${path}: ${fault}`);
    this.fault = fault;
  }
}

const WORDS: Readonly<Record<FileFault, string>> = {
  'no-such-file': 'No such file or directory',
  'permission-denied': 'Permission denied',
  'is-a-directory': 'Is a directory',
  'not-a-directory': 'Not a directory',
  'not-empty': 'Directory not empty',
  exists: 'File exists',
  'no-space': 'No space left on device',
  loop: 'Too many levels of symbolic links',
};

/** The words of strerror(3). */
export function describeFault(fault: FileFault): string {
  return WORDS[fault];
}

/** The folder that a path is in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** An absolute path without `.`, `..` and doubled slashes. */
export function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
