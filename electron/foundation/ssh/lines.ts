import type { ClientChannel } from 'ssh2';
import { PanelException, toPanelError } from '../../../shared/errors.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import { channelRefusedError, connectionLostError } from './errors.ts';
import { openCommand, type Session } from './exec.ts';
import { createLineSplitter } from './line-splitter.ts';
import { loginShellUnusableError } from './login-shell.ts';
import type { MarkerGate } from './marker.ts';
import type { LineOptions, LineStream } from './transport.ts';

const MAX_LINE_BYTES = 1024 * 1024;
const MAX_STDERR_CHARS = 64 * 1024;
const CLOSE_GRACE_MS = 2_000;
const NOTHING = Buffer.alloc(0);
const CLOSED_BY_CONSUMER = 'closed by consumer';

type Ending = Awaited<LineStream['ended']>;

interface Opened {
  readonly channel: ClientChannel;
  /** True once the server has reported the end of the command. */
  readonly endedByItself: () => boolean;
  readonly waitForMore: () => Promise<void>;
  readonly gate: MarkerGate;
  /** The login shell ended without running the command. */
  readonly shellProblem: () => PanelException;
}

/** A line stream, and the means to take its channel away for something more urgent. */
export interface OwnedLineStream {
  readonly stream: LineStream;
  /** Whether the stream got a channel. */
  isOpen(): boolean;
  evict(): void;
}

/**
 * Lines of a remote command that runs until it ends, the consumer leaves the loop, or the connection goes.
 * The consumer sets the pace: unread lines stay in SSH's window, and the remote program waits.
 * Iterating throws ssh-not-connected, ssh-channel-refused, ssh-connection-lost, login-shell-unusable; a torn last line is not given out then.
 */
export function openLines(
  session: Session | PanelException,
  argv: readonly string[],
  options: LineOptions,
  onClosed: () => void,
): OwnedLineStream {
  const stop = new AbortController();
  let isOpen = false;
  let settled = false;
  let settle: (ending: Ending) => void = () => {};
  const ended = new Promise<Ending>((resolve) => {
    settle = resolve;
  });
  const finish = (ending: Ending): void => {
    if (settled) return;
    settled = true;
    settle(ending);
    onClosed();
  };

  const open = async (): Promise<Opened> => {
    if (session instanceof PanelException) throw session;
    const onGone = (): void => stop.abort(session.gone.reason);
    session.gone.addEventListener('abort', onGone);
    if (session.gone.aborted) onGone();
    const watched = scriptArgv(HOST_SCRIPTS.watch, ...argv);
    const { channel, stdoutGate, stderrGate } = await openCommand(session, 'stream', watched, stop.signal);
    isOpen = true;
    let stderr = '';
    let exitCode: number | null = null;
    let signal: string | null = null;
    let endedByItself = false;
    let wake = (): void => {};
    channel.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + (stderrGate.pass(chunk)?.toString('utf8') ?? '')).slice(-MAX_STDERR_CHARS);
    });
    channel.on('error', () => {});
    // 'exit' may come before the last lines were read; 'close' comes after them.
    channel.once('exit', (code: number | null, name: string | undefined) => {
      exitCode = code;
      signal = name ?? null;
      endedByItself = true;
    });
    // The end of the output may come before the exit status as well as after it.
    for (const name of ['readable', 'end', 'exit', 'close'] as const) channel.on(name, () => wake());
    channel.once('close', () => {
      session.gone.removeEventListener('abort', onGone);
      finish({ exitCode, signal, stderr: (stderr + (stderrGate.rest()?.toString('utf8') ?? '')).slice(-MAX_STDERR_CHARS) });
    });
    const end = (): void => {
      wake();
      // End of input makes the watcher on the host end the command; a host that does not answer is cut off.
      channel.removeAllListeners('readable');
      channel.resume();
      channel.end();
      const timer = setTimeout(() => {
        channel.close();
        finish({ exitCode, signal, stderr });
      }, CLOSE_GRACE_MS);
      timer.unref();
      channel.once('close', () => clearTimeout(timer));
    };
    if (stop.signal.aborted) end();
    else stop.signal.addEventListener('abort', end, { once: true });
    return {
      channel,
      gate: stdoutGate,
      shellProblem: () => loginShellUnusableError({ exitCode, stdout: stdoutGate.preface(), stderr: stderrGate.preface() }),
      endedByItself: () => endedByItself,
      waitForMore: () =>
        new Promise((resolve) => {
          wake = resolve;
          if (settled || (channel.readableEnded && endedByItself) || stop.signal.aborted) resolve();
        }),
    };
  };

  const opened = open();
  opened.catch((thrown: unknown) => finish({ exitCode: null, signal: null, stderr: toPanelError(thrown).message }));
  const close = (): void => {
    if (!stop.signal.aborted) stop.abort(CLOSED_BY_CONSUMER);
  };

  async function* iterate(): AsyncGenerator<string, void, void> {
    try {
      const { channel, gate, shellProblem, endedByItself, waitForMore } = await opened.catch((thrown: unknown) => {
        throw stop.signal.reason instanceof PanelException ? stop.signal.reason : thrown;
      });
      const splitter = createLineSplitter(options.maxLineBytes ?? MAX_LINE_BYTES);
      while (!stop.signal.aborted) {
        const chunk: unknown = channel.read();
        if (Buffer.isBuffer(chunk)) {
          for (const line of splitter.add(gate.pass(chunk) ?? NOTHING)) {
            yield line;
            if (stop.signal.aborted) break;
          }
        } else if (settled || (channel.readableEnded && endedByItself())) break;
        else await waitForMore();
      }
      if (stop.signal.aborted) {
        if (stop.signal.reason === CLOSED_BY_CONSUMER) return;
        throw stop.signal.reason;
      }
      yield* splitter.add(gate.rest() ?? NOTHING);
      const rest = splitter.rest();
      if (!endedByItself()) throw connectionLostError('the stream ended without an exit status');
      if (!gate.isOpen()) throw shellProblem();
      if (rest !== null) yield rest;
    } catch (thrown) {
      if (stop.signal.reason !== CLOSED_BY_CONSUMER) throw thrown;
    } finally {
      close();
    }
  }

  const iterator = iterate();
  return {
    stream: { ended, close, [Symbol.asyncIterator]: () => iterator },
    isOpen: () => isOpen,
    evict: () => {
      if (!stop.signal.aborted) stop.abort(channelRefusedError('ended to make room for a short command'));
    },
  };
}
