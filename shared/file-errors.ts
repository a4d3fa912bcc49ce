/** The PanelError of a failed file call; errors.ts imports this module, so that it cannot import the type. */
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

interface ErrorText {
  /** One sentence with the cause; `where` is the path. */
  readonly message: (where: string) => string;
  readonly hint: string;
  readonly code: string;
}

const FULL = 'Free some space on it, then try again.';
const RIGHTS = 'Check its owner and permissions, then try again.';

/** Messages for errno codes of file calls (errno(3)). */
const WORDS: Readonly<Record<string, ErrorText>> = {
  ENOSPC: { code: 'disk-full', message: (where) => `The disk is full, so ${where} cannot be written.`, hint: FULL },
  EDQUOT: {
    code: 'disk-quota-reached',
    message: (where) => `Your disk quota is used up, so ${where} cannot be written.`,
    hint: 'Delete files on that disk, or request a higher quota.',
  },
  EROFS: {
    code: 'disk-read-only',
    message: (where) => `The disk is read-only, so ${where} cannot be written.`,
    hint: 'Choose another folder, or check the disk for errors and mount it with write access.',
  },
  EACCES: { code: 'file-not-permitted', message: (where) => `Access to ${where} is not permitted.`, hint: RIGHTS },
  EPERM: { code: 'file-not-permitted', message: (where) => `The system does not permit changing ${where}.`, hint: RIGHTS },
  EMFILE: {
    code: 'too-many-files',
    message: (where) => `Too many files are open, so ${where} cannot be opened.`,
    hint: 'Restart Ada Panel; if it fails again, raise the limit on open files (ulimit -n).',
  },
  ENFILE: {
    code: 'too-many-files',
    message: (where) => `Too many files are open on this computer, so ${where} cannot be opened.`,
    hint: 'Close other programs, then try again.',
  },
  ENOENT: {
    code: 'file-missing',
    message: (where) => `${capitalized(where)} does not exist.`,
    hint: 'Check whether the file, its folder or its drive was moved or removed.',
  },
  ENOTDIR: {
    code: 'file-in-the-way',
    message: (where) => `Part of the path ${where} is a file, not a folder.`,
    hint: 'Move that file away, or choose another folder.',
  },
  EISDIR: { code: 'file-in-the-way', message: (where) => `${capitalized(where)} is a folder, not a file.`, hint: 'Choose another name.' },
  EEXIST: { code: 'file-in-the-way', message: (where) => `${capitalized(where)} already exists.`, hint: 'Choose another name.' },
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
  ETXTBSY: { code: 'file-in-use', message: (where) => `${capitalized(where)} is a running program.`, hint: 'Close it, then try again.' },
  EIO: {
    code: 'disk-failed',
    message: (where) => `The disk failed while ${where} was read or written.`,
    hint: 'Check the disk and its cable or network, and save elsewhere until it works.',
  },
  ENXIO: { code: 'disk-gone', message: (where) => `The disk of ${where} is disconnected.`, hint: 'Reconnect it, then try again.' },
  ENODEV: { code: 'disk-gone', message: (where) => `The disk of ${where} is disconnected.`, hint: 'Reconnect it, then try again.' },
  ESTALE: {
    code: 'disk-gone',
    message: (where) => `The network folder of ${where} is unavailable.`,
    hint: 'Check the network and mount the folder again.',
  },
  ENOTCONN: {
    code: 'disk-gone',
    message: (where) => `The network folder of ${where} is not connected.`,
    hint: 'Check the network and mount the folder again.',
  },
  ELOOP: { code: 'file-link-loop', message: (where) => `The path ${where} contains a loop of links.`, hint: 'Correct the links.' },
};

/** The message and remedy of a failed file call of Node; null for every other error. */
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
