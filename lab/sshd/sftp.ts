import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import { FileError, type Files, sizeOf } from '../base/files.ts';
import type { Users } from '../base/users.ts';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;
const TYPES = { file: 0o100000, folder: 0o040000, link: 0o120000 } as const;

type Handle =
  | { readonly kind: 'file'; readonly path: string; readonly append: boolean }
  | { readonly kind: 'folder'; readonly path: string; reported: boolean };

/** Serves the lab's files over SFTP version 3, as the operator. Rename replaces its target, as OpenSSH's posix-rename does. */
export function serveSftp(sftp: SFTPWrapper, files: Files, users: Users): void {
  const handles = new Map<number, Handle>();
  let nextHandle = 1;
  const open = (handle: Handle): Buffer => {
    const key = Buffer.alloc(4);
    key.writeUInt32BE(nextHandle);
    handles.set(nextHandle, handle);
    nextHandle += 1;
    return key;
  };
  const handleOf = (key: Buffer): Handle | undefined => handles.get(key.length === 4 ? key.readUInt32BE() : 0);
  const fileOf = (key: Buffer): string => {
    const handle = handleOf(key);
    if (handle?.kind !== 'file') throw new FileError('no-such-file', 'handle');
    return handle.path;
  };
  /** Answers OK, or with the status of the FileError thrown. */
  const answer = (id: number, work: () => boolean | undefined) => {
    try {
      if (work() !== false) sftp.status(id, STATUS_CODE.OK);
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
      const code = { 'no-such-file': STATUS_CODE.NO_SUCH_FILE, 'permission-denied': STATUS_CODE.PERMISSION_DENIED } as const;
      sftp.status(id, thrown.fault === 'no-such-file' || thrown.fault === 'permission-denied' ? code[thrown.fault] : STATUS_CODE.FAILURE);
    }
  };
  const attributes = (path: string): Attributes => {
    const entry = files.isFolder(path) ? files.lstat(path, 'operator') : files.stat(path, 'operator');
    const seconds = Math.floor(entry.modifiedMs / 1000);
    const [uid, gid] = [users.find(entry.owner)?.uid ?? 0, users.groupIdOf(entry.group)];
    return { mode: TYPES[entry.kind] | entry.mode, uid, gid, size: sizeOf(entry), atime: seconds, mtime: seconds };
  };
  const stat = (id: number, path: string) =>
    answer(id, () => {
      sftp.attrs(id, attributes(absolute(path)));
      return false;
    });
  const setMode = (path: string, attrs: Attributes) => {
    if (attrs.mode !== undefined) files.setMode(path, attrs.mode & 0o7777, 'operator');
  };

  sftp.on('OPEN', (id, name, flags, attrs) =>
    answer(id, () => {
      const path = absolute(name);
      if ((flags & OPEN_MODE.WRITE) !== 0) {
        const old = exists(files, path) ? files.stat(path, 'operator') : null;
        if (old === null && (flags & OPEN_MODE.CREAT) === 0) throw new FileError('no-such-file', path);
        const keep = old !== null && (flags & OPEN_MODE.TRUNC) === 0;
        files.write(path, keep ? old.data : Buffer.alloc(0), {
          user: 'operator',
          exclusive: (flags & OPEN_MODE.EXCL) !== 0,
          ...(old === null ? { mode: (attrs.mode ?? 0o644) & 0o7777 } : {}),
        });
      } else files.read(path, 'operator');
      sftp.handle(id, open({ kind: 'file', path, append: (flags & OPEN_MODE.APPEND) !== 0 }));
      return false;
    }),
  );
  sftp.on('READ', (id, key, offset, length) =>
    answer(id, () => {
      const { data } = files.stat(fileOf(key), 'operator');
      if (offset >= data.length) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, data.subarray(offset, offset + length));
      return false;
    }),
  );
  sftp.on('WRITE', (id, key, offset, data) =>
    answer(id, () => {
      const path = fileOf(key);
      const old = files.stat(path, 'operator').data;
      const next = Buffer.alloc(Math.max(old.length, offset + data.length));
      old.copy(next);
      data.copy(next, offset);
      files.write(path, next, { user: 'operator' });
      return true;
    }),
  );
  sftp.on('CLOSE', (id, key) =>
    answer(id, () => {
      handles.delete(key.length === 4 ? key.readUInt32BE() : 0);
      return true;
    }),
  );
  sftp.on('FSTAT', (id, key) => stat(id, fileOf(key)));
  sftp.on('STAT', stat);
  sftp.on('LSTAT', stat);
  sftp.on('FSETSTAT', (id, key, attrs) =>
    answer(id, () => {
      setMode(fileOf(key), attrs);
      return true;
    }),
  );
  sftp.on('SETSTAT', (id, path, attrs) =>
    answer(id, () => {
      setMode(absolute(path), attrs);
      return true;
    }),
  );
  sftp.on('RENAME', (id, from, to) =>
    answer(id, () => {
      files.rename(absolute(from), absolute(to), 'operator');
      return true;
    }),
  );
  sftp.on('REMOVE', (id, path) =>
    answer(id, () => {
      files.remove(absolute(path), 'operator');
      return true;
    }),
  );
  sftp.on('REALPATH', (id, path) => sftp.name(id, [{ filename: absolute(path), longname: absolute(path), attrs: attributes('/') }]));
  sftp.on('OPENDIR', (id, path) =>
    answer(id, () => {
      files.list(absolute(path), 'operator');
      sftp.handle(id, open({ kind: 'folder', path: absolute(path), reported: false }));
      return false;
    }),
  );
  sftp.on('READDIR', (id, key) => {
    const handle = handleOf(key);
    if (handle?.kind !== 'folder' || handle.reported) return sftp.status(id, STATUS_CODE.EOF);
    handle.reported = true;
    const base = handle.path === '/' ? '' : handle.path;
    const names = files
      .list(handle.path, 'operator')
      .filter((name) => files.isFolder(`${base}/${name}`) || exists(files, `${base}/${name}`));
    return sftp.name(
      id,
      names.map((name) => ({ filename: name, longname: name, attrs: attributes(`${base}/${name}`) })),
    );
  });
}

function exists(files: Files, path: string): boolean {
  try {
    files.stat(path, 'operator');
    return true;
  } catch (thrown) {
    if (thrown instanceof FileError && thrown.fault === 'no-such-file') return false;
    throw thrown;
  }
}

/** Relative paths begin in the operator's home. */
function absolute(path: string): string {
  const full = path.startsWith('/') ? path : `/home/operator/${path}`;
  const parts: string[] = [];
  for (const part of full.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
