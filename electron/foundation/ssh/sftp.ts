import { randomBytes } from 'node:crypto';
import type { SFTPWrapper, Stats } from 'ssh2';
import { panelError } from '../../../shared/errors.ts';
import { isOpenFailure } from './channels.ts';
import { connectionLostError } from './errors.ts';
import type { Session } from './exec.ts';

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
const READ_PIECE_BYTES = 32 * 1024;
const OPERATION_TIMEOUT_MS = 60_000;
/** SFTP status codes (draft-ietf-secsh-filexfer-02, 7). */
const END_OF_FILE = 1;
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;

/** Reads a file of the host. Throws file-missing, file-permission, file-too-large, file-failed, sftp-missing, sftp-garbled. */
export async function readRemoteFile(session: Session, path: string, maxBytes = DEFAULT_MAX_BYTES): Promise<Buffer> {
  return await withSftp(session, path, async (sftp) => {
    const handle = await promised<Buffer>((done) => sftp.open(path, 'r', done));
    try {
      const pieces: Buffer[] = [];
      let at = 0;
      // Files of /proc and /sys have no size, so the end is where a read finds nothing.
      for (;;) {
        const piece = Buffer.alloc(READ_PIECE_BYTES);
        const read = await promised<number>((done) => sftp.read(handle, piece, 0, piece.length, at, done)).catch((thrown: unknown) => {
          if (statusOf(thrown) === END_OF_FILE) return 0;
          throw thrown;
        });
        if (read === 0) return Buffer.concat(pieces);
        at += read;
        if (at > maxBytes) {
          throw panelError({
            code: 'file-too-large',
            layer: 'host',
            message: `${path} is larger than ${maxBytes} bytes.`,
            hint: 'Open it on the host.',
            retryable: false,
          });
        }
        pieces.push(piece.subarray(0, read));
      }
    } finally {
      await promised<void>((done) => sftp.close(handle, done)).catch(() => {});
    }
  });
}

/**
 * Replaces a file so that a reader sees the old or the new one, never half of it: written beside it, synced, the old one
 * copied to `PATH.ada-<UTC time>.bak` if requested, renamed. Throws as {@link readRemoteFile}.
 */
export async function writeRemoteFile(
  session: Session,
  path: string,
  data: Buffer | string,
  o: { readonly mode: number; readonly backup: boolean; readonly atMs: number },
): Promise<void> {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  await withSftp(session, path, async (sftp) => {
    const beside = `${path}.ada-${randomBytes(6).toString('hex')}.tmp`;
    const handle = await promised<Buffer>((done) => sftp.open(beside, 'wx', { mode: 0o600 }, done));
    try {
      try {
        if (bytes.length > 0) await promised<void>((done) => sftp.write(handle, bytes, 0, bytes.length, 0, done));
        await promised<void>((done) => sftp.fchmod(handle, o.mode, done));
        await optional(() => promised<void>((done) => sftp.ext_openssh_fsync(handle, (error) => done(error))));
      } finally {
        await promised<void>((done) => sftp.close(handle, done));
      }
      const old = await promised<Stats>((done) => sftp.stat(path, done)).catch((thrown: unknown) => {
        if (statusOf(thrown) === NO_SUCH_FILE) return null;
        throw thrown;
      });
      if (o.backup && old !== null) await keepOld(sftp, path, `${path}.ada-${timeStamp(o.atMs)}.bak`, old);
      const atomic = await optional(() => promised<void>((done) => sftp.ext_openssh_rename(beside, path, (error) => done(error))));
      if (!atomic) {
        // Without OpenSSH's extension a rename never replaces: the gap is as short as it can be.
        if (old !== null) await promised<void>((done) => sftp.unlink(path, done));
        await promised<void>((done) => sftp.rename(beside, path, done));
      }
    } catch (thrown) {
      await promised<void>((done) => sftp.unlink(beside, done)).catch(() => {});
      throw thrown;
    }
  });
}

/** A hard link keeps the old file without a moment in which none is there; else its bytes are copied. */
async function keepOld(sftp: SFTPWrapper, path: string, backup: string, old: Stats): Promise<void> {
  const linked = await optional(() => promised<void>((done) => sftp.ext_openssh_hardlink(path, backup, (error) => done(error))));
  if (linked) return;
  const bytes = await promised<Buffer>((done) => sftp.readFile(path, done));
  await promised<void>((done) => sftp.writeFile(backup, bytes, { mode: old.mode & 0o7777 }, done));
}

/** `20260131T235959Z`. */
export function timeStamp(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');
}

async function withSftp<T>(session: Session, path: string, work: (sftp: SFTPWrapper) => Promise<T>): Promise<T> {
  const limiter = new AbortController();
  const limit = limiter.signal;
  const onGone = (): void => limiter.abort(session.gone.reason);
  const timer = setTimeout(() => limiter.abort(connectionLostError('the file transfer did not finish')), OPERATION_TIMEOUT_MS);
  session.gone.addEventListener('abort', onGone);
  if (session.gone.aborted) onGone();
  const cleanUp = (): void => {
    clearTimeout(timer);
    session.gone.removeEventListener('abort', onGone);
  };
  const { channel: sftp, release } = await session.pool
    .open(
      'short',
      () =>
        promised<SFTPWrapper>((done) => session.client.sftp(done)).catch((thrown: unknown) => {
          if (thrown instanceof Error && /subsystem/i.test(thrown.message)) throw sftpMissingError(thrown);
          if (!session.gone.aborted && !isOpenFailure(thrown)) throw sftpGarbledError(thrown);
          throw thrown;
        }),
      limit,
    )
    .catch((thrown: unknown) => {
      cleanUp();
      throw thrown;
    });
  sftp.once('close', release);
  let onLimit = (): void => {};
  try {
    const ended = new Promise<never>((_resolve, reject) => {
      onLimit = () => reject(limit.reason);
      limit.addEventListener('abort', onLimit);
      if (limit.aborted) onLimit();
    });
    return await Promise.race([work(sftp), ended]);
  } catch (thrown) {
    throw fileError(thrown, path);
  } finally {
    cleanUp();
    limit.removeEventListener('abort', onLimit);
    sftp.end();
  }
}

function sftpMissingError(cause: unknown) {
  return panelError(
    {
      code: 'sftp-missing',
      layer: 'ssh',
      message: 'The SSH server offers no file transfer (SFTP).',
      hint: 'Add "Subsystem sftp internal-sftp" to sshd_config on the host and reload sshd.',
      retryable: false,
    },
    { cause },
  );
}

/** What came in place of SFTP's first packet is text of the login shell, which sshd starts an external sftp-server through. */
function sftpGarbledError(cause: unknown) {
  return panelError(
    {
      code: 'sftp-garbled',
      layer: 'host',
      message: 'File transfer (SFTP) failed: your login shell prints text or exits before it starts.',
      hint: 'Remove the output of non-interactive shells from ~/.bashrc (or similar), or set "Subsystem sftp internal-sftp" in sshd_config on the host.',
      retryable: false,
      detail: cause instanceof Error ? cause.message : String(cause),
    },
    { cause },
  );
}

function fileError(thrown: unknown, path: string): unknown {
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  switch (statusOf(thrown)) {
    case null:
      return thrown;
    case NO_SUCH_FILE:
      return panelError({
        code: 'file-missing',
        layer: 'host',
        message: `${path} does not exist on the host.`,
        hint: 'Check the path and its folder.',
        retryable: false,
        detail,
      });
    case PERMISSION_DENIED:
      return panelError({
        code: 'file-permission',
        layer: 'host',
        message: `Permission denied for ${path} on the host.`,
        hint: 'Sign in as another user, or change its permissions.',
        retryable: false,
        detail,
      });
    default:
      return panelError({
        code: 'file-failed',
        layer: 'host',
        message: `The host could not read or write ${path}.`,
        hint: 'Check free space and the file system on the host.',
        detail,
        retryable: true,
      });
  }
}

function statusOf(thrown: unknown): number | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number' ? thrown.code : null;
}

async function promised<T>(call: (done: (error: Error | null | undefined, value?: T) => void) => void): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    call((error, value) => {
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}

/** True when the server's extension did it; false when it has none or refused. */
async function optional(call: () => Promise<void>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch {
    return false;
  }
}
