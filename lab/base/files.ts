/** A file of the simulated host. `mode` holds the permission bits only. */
export interface LabFile {
  readonly data: Buffer;
  readonly mode: number;
  readonly owner: 'operator' | 'root';
  readonly modifiedMs: number;
  /** Of a file too large to have: how large it is, and its checksum in hex. `data` is empty then. */
  readonly hollow?: { readonly bytes: number; readonly sha256: string };
}

export function sizeOf(file: LabFile): number {
  return file.hollow?.bytes ?? file.data.length;
}

export type FileFault = 'no-such-file' | 'permission-denied' | 'is-a-directory' | 'exists';

export class FileError extends Error {
  readonly fault: FileFault;
  constructor(fault: FileFault, path: string) {
    super(`${path}: ${fault}`);
    this.fault = fault;
  }
}

/** Where ComfyUI looks for checkpoints. */
export const CHECKPOINTS_FOLDER = '/opt/ComfyUI/models/checkpoints';

/** Where the login keeps what it knows of its downloads. */
export const DOWNLOADS_STATE_FOLDER = '/home/operator/.local/state/ada-panel/downloads';

/** Folders that exist, and whether the operator may look into and write to them. */
const FOLDERS: Readonly<Record<string, { readonly check: boolean; readonly write: boolean }>> = {
  '/': { check: true, write: false },
  '/etc': { check: true, write: false },
  '/etc/sudoers.d': { check: false, write: false },
  '/etc/nginx': { check: true, write: false },
  '/home': { check: true, write: false },
  '/home/operator': { check: true, write: true },
  '/opt': { check: true, write: false },
  '/opt/ComfyUI': { check: true, write: false },
  '/opt/ComfyUI/models': { check: true, write: false },
  [CHECKPOINTS_FOLDER]: { check: true, write: true },
  [`${CHECKPOINTS_FOLDER}/.ada-panel-1000`]: { check: true, write: true },
  [DOWNLOADS_STATE_FOLDER]: { check: true, write: true },
  '/tmp': { check: true, write: true },
  '/var/lib/invokeai': { check: true, write: false },
};

type User = LabFile['owner'];

/** A small file system in memory with just enough permissions to be refused. All methods throw FileError. */
export class Files {
  readonly #files = new Map<string, LabFile>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    const put = (path: string, text: string, mode = 0o644, owner: User = 'root') =>
      this.#files.set(path, { data: Buffer.from(text), mode, owner, modifiedMs: now() });
    put('/etc/os-release', 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\n');
    put('/etc/hostname', 'ada2\n');
    put('/etc/sudoers.d/README', '# files in this folder are read by sudo\n', 0o440);
    put('/home/operator/.profile', '# the lab has no shell start-up files\n', 0o644, 'operator');
    const dreamshaper = { bytes: 2_132_625_894, sha256: '879db523c30d3b9017143d56705015e15a2cb5628762c11d086fed9538abd7fd' };
    this.writeHollow(`${CHECKPOINTS_FOLDER}/dreamshaper_8.safetensors`, dreamshaper, 'operator');
    put('/var/lib/invokeai/invokeai.yaml', 'schema_version: 4.0.2\nhost: 127.0.0.1\nport: 9090\n');
  }

  read(path: string, user: User): Buffer {
    this.#mayLook(path, user);
    return this.stat(path, user).data;
  }

  /** The file itself; reading its data also needs the read bit. */
  stat(path: string, user: User): LabFile {
    if (this.isFolder(path)) throw new FileError('is-a-directory', path);
    if (user !== 'root' && FOLDERS[parent(path)]?.check === false) throw new FileError('permission-denied', path);
    const file = this.#files.get(path);
    if (file === undefined) throw new FileError('no-such-file', path);
    return file;
  }

  write(
    path: string,
    data: Buffer,
    options: { readonly user: User; readonly mode?: number; readonly owner?: User; readonly exclusive?: boolean },
  ): void {
    this.#mayWrite(path, options.user);
    const old = this.#files.get(path);
    if (options.exclusive === true && old !== undefined) throw new FileError('exists', path);
    if (old !== undefined && options.user !== 'root' && old.owner !== options.user) throw new FileError('permission-denied', path);
    this.#files.set(path, {
      data,
      mode: options.mode ?? old?.mode ?? 0o644,
      owner: options.owner ?? old?.owner ?? options.user,
      modifiedMs: this.#now(),
    });
  }

  /** A file with a size but without stored contents. */
  writeHollow(path: string, hollow: NonNullable<LabFile['hollow']>, user: User): void {
    this.write(path, Buffer.alloc(0), { user });
    this.#files.set(path, { ...this.stat(path, user), hollow });
  }

  /** What hollow files would take of the disk. */
  hollowBytes(): number {
    let total = 0;
    for (const file of this.#files.values()) total += file.hollow?.bytes ?? 0;
    return total;
  }

  setMode(path: string, mode: number, user: User): void {
    const file = this.stat(path, user);
    if (user !== 'root' && file.owner !== user) throw new FileError('permission-denied', path);
    this.#files.set(path, { ...file, mode });
  }

  /** Replaces the target, as rename(2) does. */
  rename(from: string, to: string, user: User): void {
    const file = this.stat(from, user);
    this.#mayWrite(from, user);
    this.#mayWrite(to, user);
    this.#files.delete(from);
    this.#files.set(to, file);
  }

  remove(path: string, user: User): void {
    this.stat(path, user);
    this.#mayWrite(path, user);
    this.#files.delete(path);
  }

  isFolder(path: string): boolean {
    return Object.hasOwn(FOLDERS, path) || [...this.#files.keys()].some((file) => file.startsWith(`${path}/`));
  }

  /** Names in a folder. */
  list(folder: string, user: User): readonly string[] {
    if (!this.isFolder(folder)) throw new FileError('no-such-file', folder);
    if (user !== 'root' && FOLDERS[folder]?.check === false) throw new FileError('permission-denied', folder);
    const prefix = folder === '/' ? '/' : `${folder}/`;
    const names = [...this.#files.keys(), ...Object.keys(FOLDERS)].filter((path) => path.startsWith(prefix) && path !== prefix);
    return [...new Set(names.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))].sort();
  }

  #mayLook(path: string, user: User): void {
    const file = this.stat(path, user);
    if (user !== 'root' && file.owner !== user && (file.mode & 0o004) === 0) throw new FileError('permission-denied', path);
  }

  #mayWrite(path: string, user: User): void {
    if (this.isFolder(path)) throw new FileError('is-a-directory', path);
    if (!this.isFolder(parent(path))) throw new FileError('no-such-file', path);
    if (user !== 'root' && FOLDERS[parent(path)]?.write !== true) throw new FileError('permission-denied', path);
  }
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** The words of strerror(3). */
export function describeFault(fault: FileFault): string {
  const words: Readonly<Record<FileFault, string>> = {
    'no-such-file': 'No such file or directory',
    'permission-denied': 'Permission denied',
    'is-a-directory': 'Is a directory',
    exists: 'File exists',
  };
  return words[fault];
}
