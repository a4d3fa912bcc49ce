/** Fits PanelError, which is built on this. */
export interface FileError {
  readonly code: string;
  readonly layer: 'laptop';
  readonly message: string;
  readonly hint: string;
  readonly retryable: true;
  readonly detail: string;
}

/** Calls of Node that work on files; the same codes of sockets and processes mean something else. */
const FILE_CALLS: ReadonlySet<string> = new Set(
  (
    'access chmod close copyfile cp fdatasync fstat fsync ftruncate futime link lstat mkdir mkdtemp open opendir read readlink realpath ' +
    'rename rmdir scandir stat statfs symlink truncate unlink utime write'
  ).split(' '),
);

interface Words {
  /** After the file's name or "the disk": one sentence with the cause. */
  readonly message: (where: string) => string;
  readonly hint: string;
  readonly code: string;
}

const FULL = 'Free some space there, then try again.';
const RIGHTS = 'Check its owner and permissions, then try again.';

/** Errno codes of file calls (errno(3)) in words. */
const WORDS: Readonly<Record<string, Words>> = {
  ENOSPC: { code: 'disk-full', message: (where) => `The disk is full, so ${where} cannot be written.`, hint: FULL },
  EDQUOT: {
    code: 'disk-quota-reached',
    message: (where) => `Your disk quota is used up, so ${where} cannot be written.`,
    hint: 'Delete files of yours on that disk, or ask for a higher quota.',
  },
  EROFS: {
    code: 'disk-read-only',
    message: (where) => `The disk is read-only, so ${where} cannot be written.`,
    hint: 'Choose another folder, or mount the disk with write access. Disks become read-only after errors: check its health.',
  },
  EACCES: { code: 'file-not-permitted', message: (where) => `Access to ${where} is not permitted.`, hint: RIGHTS },
  EPERM: { code: 'file-not-permitted', message: (where) => `The system does not permit changing ${where}.`, hint: RIGHTS },
  EMFILE: {
    code: 'too-many-files',
    message: (where) => `Too many files are open, so ${where} cannot be opened.`,
    hint: 'Quit Ada Panel and start it again; if it comes back, raise the limit on open files (ulimit -n).',
  },
  ENFILE: {
    code: 'too-many-files',
    message: (where) => `Too many files are open on this computer, so ${where} cannot be opened.`,
    hint: 'Close other programs, then try again.',
  },
  ENOENT: {
    code: 'file-missing',
    message: (where) => `${capitalized(where)} does not exist.`,
    hint: 'Check whether the file or its folder was moved or deleted, or a drive was removed.',
  },
  ENOTDIR: {
    code: 'file-in-the-way',
    message: (where) => `A part of the path to ${where} is a file, not a folder.`,
    hint: 'Move that file away, or choose another folder.',
  },
  EISDIR: { code: 'file-in-the-way', message: (where) => `${capitalized(where)} is a folder, not a file.`, hint: 'Choose another name.' },
  EEXIST: { code: 'file-in-the-way', message: (where) => `${capitalized(where)} exists already.`, hint: 'Choose another name.' },
  ENOTEMPTY: { code: 'file-in-the-way', message: (where) => `The folder ${where} is not empty.`, hint: 'Move its files away first.' },
  ENAMETOOLONG: {
    code: 'file-name-too-long',
    message: (where) => `The name of ${where} is too long.`,
    hint: 'Choose a shorter name or folder.',
  },
  EFBIG: {
    code: 'file-too-big',
    message: (where) => `${capitalized(where)} is larger than its disk allows.`,
    hint: 'Choose another disk.',
  },
  EBUSY: {
    code: 'file-in-use',
    message: (where) => `${capitalized(where)} is in use.`,
    hint: 'Close other programs that use it, then try again.',
  },
  ETXTBSY: { code: 'file-in-use', message: (where) => `${capitalized(where)} is being run.`, hint: 'Close that program, then try again.' },
  EIO: {
    code: 'disk-failed',
    message: (where) => `The disk failed while ${where} was read or written.`,
    hint: 'Check the disk and its cable or network; save elsewhere until it works.',
  },
  ENXIO: { code: 'disk-gone', message: (where) => `The disk of ${where} is gone.`, hint: 'Connect it again, then try again.' },
  ENODEV: { code: 'disk-gone', message: (where) => `The disk of ${where} is gone.`, hint: 'Connect it again, then try again.' },
  ESTALE: {
    code: 'disk-gone',
    message: (where) => `The network folder of ${where} is gone.`,
    hint: 'Check the network and mount the folder again.',
  },
  ENOTCONN: {
    code: 'disk-gone',
    message: (where) => `The network folder of ${where} is not connected.`,
    hint: 'Check the network and mount the folder again.',
  },
  ELOOP: { code: 'file-link-loop', message: (where) => `The links on the way to ${where} lead in a circle.`, hint: 'Correct the links.' },
};

/** A failed file call of Node in words, with its remedy; null for everything else. */
export function describeFileError(thrown: unknown): FileError | null {
  if (!(thrown instanceof Error)) return null;
  const { code, syscall, path } = thrown as Error & { readonly code?: unknown; readonly syscall?: unknown; readonly path?: unknown };
  if (typeof code !== 'string' || !Object.hasOwn(WORDS, code)) return null;
  // A write on an open file carries no call in some versions of Node; a connection always names its own.
  if (syscall !== undefined && !(typeof syscall === 'string' && FILE_CALLS.has(syscall))) return null;
  const words = WORDS[code];
  if (words === undefined) return null;
  return {
    code: words.code,
    layer: 'laptop',
    message: words.message(typeof path === 'string' && path !== '' ? path : 'the file'),
    hint: words.hint,
    retryable: true,
    detail: thrown.message,
  };
}

const capitalized = (text: string): string => (text === 'the file' ? 'The file' : text);
