import { randomBytes } from 'node:crypto';
import type { Client, ClientChannel } from 'ssh2';
import { hasCode, PanelException } from '../../../shared/errors.ts';
import { launchLine } from '../../../shared/host-scripts/launcher.ts';
import type { ChannelKind, ChannelPool } from './channels.ts';
import { commandTimeoutError, connectionLostError } from './errors.ts';
import { loginShellSilentError, loginShellUnusableError } from './login-shell.ts';
import { createMarkerGate, type MarkerGate } from './marker.ts';
import { quoteArgv, remoteCommand } from './quote.ts';
import type { ExecOptions, ExecResult } from './transport.ts';

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;
const TERM_GRACE_MS = 500;
const CLOSE_GRACE_MS = 2_000;
const PROBE_TIMEOUT_MS = 30_000;

/** One live connection: its client, its channels, and a signal that aborts with the reason when it is gone. */
export interface Session {
  readonly client: Client;
  readonly pool: ChannelPool;
  readonly gone: AbortSignal;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

export interface OpenedCommand {
  readonly channel: ClientChannel;
  /** Everything read from the channel goes through these first. */
  readonly stdoutGate: MarkerGate;
  readonly stderrGate: MarkerGate;
}

/** Opens a channel and starts the command; the place is given back when the channel closed. */
export async function openCommand(
  session: Session,
  kind: ChannelKind,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<OpenedCommand> {
  const marker = `ada-${randomBytes(9).toString('hex')}`;
  const command = remoteCommand(argv, marker);
  const opened = await session.pool.open(
    kind,
    () =>
      new Promise<ClientChannel>((resolve, reject) => {
        if (session.gone.aborted) return reject(session.gone.reason);
        session.client.exec(command, (error, channel) => {
          if (error === undefined) resolve(channel);
          else reject(session.gone.aborted ? session.gone.reason : error);
        });
      }),
    signal,
  );
  opened.channel.once('close', opened.release);
  return { channel: opened.channel, stdoutGate: createMarkerGate(marker), stderrGate: createMarkerGate(marker) };
}

export interface RunOptions extends Omit<ExecOptions, 'sudo'> {
  /** Keeps stdin open after the start and sees every piece of stderr: for the password prompt of sudo. */
  readonly onStderr?: (text: string, channel: ClientChannel) => void;
}

/**
 * Runs one command to its end. Throws ssh-command-timeout (the remote process is ended, as on the abort of `signal`),
 * ssh-connection-lost, ssh-channel-refused, login-shell-unusable.
 */
export async function runCommand(session: Session, argv: readonly string[], options: RunOptions = {}): Promise<ExecResult> {
  const startedAt = session.now();
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBytes = options.maxOutputBytes ?? DEFAULT_MAX_BYTES;
  const limit = new AbortController();
  const ends = options.signal === undefined ? [session.gone] : [session.gone, options.signal];
  const onEnd = (): void => limit.abort(ends.find(({ aborted }) => aborted)?.reason);
  const timer = setTimeout(() => limit.abort(commandTimeoutError(argv, timeoutMs)), timeoutMs);
  for (const end of ends) end.addEventListener('abort', onEnd);
  if (ends.some(({ aborted }) => aborted)) onEnd();
  try {
    const { channel, stdoutGate, stderrGate } = await openCommand(session, 'short', argv, limit.signal);
    return await new Promise<ExecResult>((resolve, reject) => {
      const out = collector(maxBytes);
      const err = collector(maxBytes);
      const onLimit = (): void => {
        reject(limit.signal.reason);
        if (!session.gone.aborted) void endRemote(session, argv, channel);
      };
      limit.signal.addEventListener('abort', onLimit);
      channel.on('data', (chunk: Buffer) => out.add(stdoutGate.pass(chunk)));
      channel.stderr.on('data', (chunk: Buffer) => {
        err.add(stderrGate.pass(chunk));
        options.onStderr?.(err.text(), channel);
      });
      // A command that ends without reading its input closes the channel under the write: the exit code has the result.
      channel.on('error', () => {});
      channel.once('close', (exitCode: number | null | undefined, signal: string | undefined) => {
        limit.signal.removeEventListener('abort', onLimit);
        if (exitCode === undefined) return reject(session.gone.aborted ? session.gone.reason : connectionLostError('no exit status'));
        if (!stdoutGate.isOpen()) {
          return reject(loginShellUnusableError({ exitCode, stdout: stdoutGate.preface(), stderr: stderrGate.preface() }));
        }
        out.add(stdoutGate.rest());
        err.add(stderrGate.rest());
        resolve({
          exitCode,
          signal: signal ?? null,
          stdout: out.text(),
          stderr: err.text(),
          elapsedMs: session.now() - startedAt,
          truncated: out.truncated() || err.truncated(),
        });
      });
      if (limit.signal.aborted) return onLimit();
      if (options.onStderr === undefined) channel.end(options.stdin ?? '');
    });
  } finally {
    clearTimeout(timer);
    for (const end of ends) end.removeEventListener('abort', onEnd);
  }
}

/** One command that does nothing. Throws login-shell-unusable, login-shell-silent, and what runCommand throws. */
export async function probeLoginShell(session: Session): Promise<void> {
  try {
    await runCommand(session, ['true'], { timeoutMs: PROBE_TIMEOUT_MS });
  } catch (thrown) {
    const isSlow = thrown instanceof PanelException && hasCode(thrown.panelError, 'ssh-command-timeout');
    throw isSlow ? loginShellSilentError(PROBE_TIMEOUT_MS) : thrown;
  }
}

function collector(maxBytes: number) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let cut = false;
  return {
    add: (chunk: Buffer | null): void => {
      if (chunk === null) return;
      const room = maxBytes - bytes;
      if (chunk.length > room) cut = true;
      const head = chunk.length > room ? chunk.subarray(0, room) : chunk;
      if (head.length === 0) return;
      bytes += head.length;
      chunks.push(head);
    },
    text: (): string => Buffer.concat(chunks).toString('utf8'),
    truncated: (): boolean => cut,
  };
}

/**
 * Ends processes of this connection whose command line is exactly $1, with their process group. sshd gives every
 * command a group of its own, and SSH_CONNECTION (address and port of both ends) is ours alone.
 */
const END_SCRIPT =
  'for f in $(grep -lsxzF "SSH_CONNECTION=$SSH_CONNECTION" /proc/[0-9]*/environ); do d=${f%/environ}; ' +
  '[ "$(tr "\\0" " " <$d/cmdline 2>/dev/null)" = "$1" ] || continue; ' +
  'g=$(sed "s/.*) //" $d/stat 2>/dev/null | cut -d" " -f3); [ -n "$g" ] && kill -KILL "-$g"; done 2>/dev/null; true';

/** Closing a channel ends no process; sshd passes signals on for ordinary users, but ignores them for root. */
async function endRemote(session: Session, argv: readonly string[], channel: ClientChannel): Promise<void> {
  const closed = (waitMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        channel.off('close', onClose);
        resolve(false);
      }, waitMs);
      const onClose = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      channel.once('close', onClose);
    });
  try {
    channel.end();
    channel.signal('TERM');
    if (await closed(TERM_GRACE_MS)) return;
    channel.signal('KILL');
    const finished = closed(CLOSE_GRACE_MS);
    const line = `${argv.join(' ')} `;
    const kill = `sh -c ${quoteArgv([END_SCRIPT])} ada-end '${line.replaceAll("'", "'\\''")}'`;
    const endCount = session.pool.hold();
    session.client.exec(launchLine(kill, 'ada-end'), (error, killer) => {
      if (error !== undefined) return endCount();
      killer.once('close', endCount);
      killer.resume().stderr.resume();
    });
    if (!(await finished)) channel.close();
  } catch {
    // The connection went while we tidied up; its processes see their input end.
  }
}
