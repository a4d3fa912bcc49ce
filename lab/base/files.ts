import { FileError, type LabFile, parentOf, plainPath } from './file-entries.ts';

export { describeFault, FileError, type FileFault, type LabFile, sizeOf } from './file-entries.ts';

/** Where ComfyUI looks for checkpoints. */
export const CHECKPOINTS_FOLDER = '/opt/ComfyUI/models/checkpoints';

/** Where the login keeps what it knows of its downloads. */
export const DOWNLOADS_STATE_FOLDER = '/home/operator/.local/state/ada-panel/downloads';

const MAX_LINKS = 20;
const STICKY = 0o1000;
const NOTHING = Buffer.alloc(0);

interface Attributes {
  readonly user: string;
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
}

/** A file system in memory with owners, groups, modes and symbolic links. All methods throw FileError. */
export class Files {
  readonly #entries = new Map<string, LabFile>();
  readonly #now: () => number;
  readonly #groupsOf: (user: string) => readonly string[];
  readonly #isFull: () => boolean;

  constructor(o: { readonly now: () => number; readonly groupsOf: (user: string) => readonly string[]; readonly isFull?: () => boolean }) {
    this.#now = o.now;
    this.#groupsOf = o.groupsOf;
    this.#isFull = o.isFull ?? (() => false);
    this.put('/', this.#folder('root', 'root', 0o755));
  }

  /** Places an entry as it is, whoever asks; null removes it. */
  put(path: string, entry: LabFile | null): void {
    if (entry === null) this.#entries.delete(path);
    else this.#entries.set(path, entry);
  }

  read(path: string, user: string): Buffer {
    const file = this.stat(path, user);
    if (!this.may(file, user, 4)) throw new FileError('permission-denied', path);
    return file.data;
  }

  /** The file behind a path, through links; reading its data also needs the read bit. */
  stat(path: string, user: string): LabFile {
    const real = this.#resolve(path, user);
    const entry = this.#entries.get(real);
    if (entry === undefined) throw new FileError('no-such-file', path);
    if (entry.kind === 'folder') throw new FileError('is-a-directory', path);
    return entry;
  }

  /** The entry of a path itself, also of a folder or a link. */
  lstat(path: string, user: string): LabFile {
    const entry = this.#entries.get(this.#place(path, user));
    if (entry === undefined) throw new FileError('no-such-file', path);
    return entry;
  }

  write(path: string, data: Buffer, options: Attributes & { readonly exclusive?: boolean }): void {
    const real = this.#resolve(path, options.user);
    const old = this.#entries.get(real);
    if (old?.kind === 'folder') throw new FileError('is-a-directory', path);
    if (options.exclusive === true && old !== undefined) throw new FileError('exists', path);
    if (old === undefined) this.#mayChange(real, options.user);
    else if (!this.may(old, options.user, 2)) throw new FileError('permission-denied', path);
    if (data.length > 0 && this.#isFull()) throw new FileError('no-space', path);
    const { user } = options;
    const now = this.#now();
    this.#entries.set(real, {
      kind: 'file',
      data,
      mode: options.mode ?? old?.mode ?? 0o644,
      owner: options.owner ?? old?.owner ?? user,
      group: options.group ?? old?.group ?? this.#groupsOf(user)[0] ?? user,
      modifiedMs: now,
      changedMs: now,
    });
  }

  /** A file with a size but without stored contents. */
  writeHollow(path: string, hollow: NonNullable<LabFile['hollow']>, user: string): void {
    this.write(path, NOTHING, { user });
    this.#entries.set(this.#resolve(path, user), { ...this.stat(path, user), hollow });
  }

  /** What hollow files would take of the disk. */
  hollowBytes(): number {
    let total = 0;
    for (const file of this.#entries.values()) total += file.hollow?.bytes ?? 0;
    return total;
  }

  /** Makes a folder and, with `parents`, what is missing on the way; an existing one stays as it is then. */
  makeFolder(path: string, o: Attributes & { readonly parents?: boolean }): void {
    const plain = plainPath(path);
    if (o.parents === true) {
      if (this.isFolder(plain)) return;
      this.makeFolder(parentOf(plain), { user: o.user, parents: true });
    }
    const place = this.#place(plain, o.user);
    if (this.#entries.has(place)) throw new FileError('exists', path);
    this.#mayChange(place, o.user);
    this.#entries.set(place, this.#folder(o.owner ?? o.user, o.group ?? o.owner ?? this.#groupsOf(o.user)[0] ?? o.user, o.mode ?? 0o755));
  }

  /** A symbolic link; replaces a link or a file, as `ln -sfT`. */
  makeLink(path: string, target: string, user: string): void {
    const place = this.#place(path, user);
    if (this.#entries.get(place)?.kind === 'folder') throw new FileError('is-a-directory', path);
    this.#mayChange(place, user);
    const group = this.#groupsOf(user)[0] ?? user;
    const now = this.#now();
    this.#entries.set(place, { kind: 'link', data: NOTHING, mode: 0o777, owner: user, group, modifiedMs: now, changedMs: now, target });
  }

  setMode(path: string, mode: number, user: string): void {
    const real = this.#resolve(path, user);
    this.#change(real, path, user, { mode });
  }

  /** Of the entry itself, without following a link. Only root gives files away. */
  setOwner(path: string, owner: string, group: string, user: string): void {
    if (user !== 'root') throw new FileError('permission-denied', path);
    this.#change(this.#place(path, user), path, user, { owner, group });
  }

  setModified(path: string, modifiedMs: number, user: string): void {
    this.#change(this.#resolve(path, user), path, user, { modifiedMs });
  }

  /** Replaces the target, as rename(2) does; a folder takes along what is in it. */
  rename(from: string, to: string, user: string): void {
    const [source, target] = [this.#place(from, user), this.#place(to, user)];
    const entry = this.#entries.get(source);
    if (entry === undefined) throw new FileError('no-such-file', from);
    const old = this.#entries.get(target);
    if (old?.kind === 'folder') throw new FileError(entry.kind === 'folder' ? 'not-empty' : 'is-a-directory', to);
    this.#mayChange(source, user);
    this.#mayChange(target, user);
    const below = [...this.#entries].filter(([path]) => path.startsWith(`${source}/`));
    this.#entries.delete(source);
    this.#entries.set(target, { ...entry, changedMs: this.#now() });
    for (const [path, child] of below) {
      this.#entries.delete(path);
      this.#entries.set(`${target}${path.slice(source.length)}`, child);
    }
  }

  /** Removes a file or a link. */
  remove(path: string, user: string): void {
    const place = this.#place(path, user);
    const entry = this.#entries.get(place);
    if (entry === undefined) throw new FileError('no-such-file', path);
    if (entry.kind === 'folder') throw new FileError('is-a-directory', path);
    this.#mayChange(place, user);
    this.#entries.delete(place);
  }

  /** Removes a folder with all that is in it, as root. */
  removeTree(path: string): void {
    for (const name of [...this.#entries.keys()]) if (name === path || name.startsWith(`${path}/`)) this.#entries.delete(name);
  }

  isFolder(path: string): boolean {
    return this.#find(path)?.kind === 'folder';
  }

  /** Whether the kernel would run the file behind a path. */
  isProgram(path: string): boolean {
    const entry = this.#find(path);
    return entry?.kind === 'file' && (entry.mode & 0o111) !== 0;
  }

  /** Names in a folder. */
  list(folder: string, user: string): readonly string[] {
    const real = this.#resolve(folder, user);
    const entry = this.#entries.get(real);
    if (entry === undefined) throw new FileError('no-such-file', folder);
    if (entry.kind !== 'folder') throw new FileError('not-a-directory', folder);
    if (!this.may(entry, user, 4)) throw new FileError('permission-denied', folder);
    const names: string[] = [];
    for (const path of this.#entries.keys())
      if (path !== '/' && parentOf(path) === real) names.push(path.slice(real === '/' ? 1 : real.length + 1));
    return names.sort();
  }

  /** Whether a user has all of these permission bits (4 read, 2 write, 1 search or run). */
  may(entry: LabFile, user: string, bits: number): boolean {
    if (user === 'root') return true;
    const shift = entry.owner === user ? 6 : this.#groupsOf(user).includes(entry.group) ? 3 : 0;
    return ((entry.mode >> shift) & bits) === bits;
  }

  #find(path: string): LabFile | null {
    try {
      return this.#entries.get(this.#resolve(path, 'root')) ?? null;
    } catch (thrown) {
      if (thrown instanceof FileError) return null;
      throw thrown;
    }
  }

  /** Where a path really is: links on the way are followed, the last part is not. */
  #place(path: string, user: string, links = 0): string {
    const plain = plainPath(path);
    if (plain === '/') return plain;
    const folder = this.#resolve(parentOf(plain), user, links);
    const entry = this.#entries.get(folder);
    if (entry === undefined) throw new FileError('no-such-file', path);
    if (entry.kind !== 'folder') throw new FileError('not-a-directory', path);
    if (!this.may(entry, user, 1)) throw new FileError('permission-denied', path);
    return `${folder === '/' ? '' : folder}${plain.slice(plain.lastIndexOf('/'))}`;
  }

  #resolve(path: string, user: string, links = 0): string {
    if (links > MAX_LINKS) throw new FileError('loop', path);
    const place = this.#place(path, user, links);
    const entry = this.#entries.get(place);
    if (entry?.kind !== 'link') return place;
    const target = entry.target ?? '';
    return this.#resolve(target.startsWith('/') ? target : `${parentOf(place)}/${target}`, user, links + 1);
  }

  /** Throws unless the user may make, replace or remove this name in its folder. */
  #mayChange(place: string, user: string): void {
    const folder = this.#entries.get(parentOf(place));
    if (folder === undefined) throw new FileError('no-such-file', place);
    if (!this.may(folder, user, 3)) throw new FileError('permission-denied', place);
    const entry = this.#entries.get(place);
    const isForeign = entry !== undefined && user !== 'root' && entry.owner !== user && folder.owner !== user;
    if (isForeign && (folder.mode & STICKY) !== 0) throw new FileError('permission-denied', place);
  }

  #change(place: string, path: string, user: string, change: Partial<LabFile>): void {
    const entry = this.#entries.get(place);
    if (entry === undefined) throw new FileError('no-such-file', path);
    if (user !== 'root' && entry.owner !== user) throw new FileError('permission-denied', path);
    this.#entries.set(place, { ...entry, ...change, changedMs: this.#now() });
  }

  #folder(owner: string, group: string, mode: number): LabFile {
    const now = this.#now();
    return { kind: 'folder', data: NOTHING, mode, owner, group, modifiedMs: now, changedMs: now };
  }
}
