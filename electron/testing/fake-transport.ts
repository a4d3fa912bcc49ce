import { Agent } from 'node:http';
import { PassThrough } from 'node:stream';
import type { ConnectionSnapshot } from '../../shared/capabilities/hosts/contract.ts';
import { createEmitter } from '../../shared/emitter.ts';
import type { PanelException } from '../../shared/errors.ts';
import type { ExecOptions, ExecResult, LineStream, Transport } from '../foundation/ssh/transport.ts';
import { panelErrorOf } from './errors.ts';

type ExecAnswer = Partial<ExecResult> | Promise<Partial<ExecResult>>;

/** A line stream that the test writes; a pull is counted, so that a test sees whether anyone reads. */
export interface ScriptedLines {
  readonly argv: readonly string[];
  readonly stream: LineStream;
  push(...lines: readonly string[]): void;
  /** The command ended without an abort. */
  end(exitCode?: number, stderr?: string): void;
  /** The connection went: what was not read is lost. */
  lose(): void;
  unread(): number;
  isClosed(): boolean;
}

const connectionLostError = (): PanelException => panelErrorOf('ssh-connection-lost', 'network');

function scriptedLines(argv: readonly string[]): ScriptedLines {
  let waiting: string[] = [];
  let over: { readonly error: PanelException | null } | null = null;
  let closed = false;
  let wake = (): void => {};
  let settle: (ending: Awaited<LineStream['ended']>) => void = () => {};
  const ended = new Promise<Awaited<LineStream['ended']>>((resolve) => {
    settle = resolve;
  });
  async function* iterate(): AsyncGenerator<string, void, void> {
    for (;;) {
      if (closed) return;
      const line = waiting.shift();
      if (line !== undefined) yield line;
      else if (over !== null) {
        if (over.error !== null) throw over.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  const close = (): void => {
    closed = true;
    settle({ exitCode: null, signal: 'TERM', stderr: '' });
    wake();
  };
  return {
    argv,
    stream: { ended, close, [Symbol.asyncIterator]: iterate },
    push: (...lines) => {
      waiting.push(...lines);
      wake();
    },
    end: (exitCode = 0, stderr = '') => {
      over = { error: null };
      settle({ exitCode, signal: null, stderr });
      wake();
    },
    lose: () => {
      waiting = [];
      over = { error: connectionLostError() };
      settle({ exitCode: null, signal: null, stderr: '' });
      wake();
    },
    unread: () => waiting.length,
    isClosed: () => closed,
  };
}

export type FakeTransport = ReturnType<typeof createFakeTransport>;

/** An in-memory Transport, online at first: `exec` is answered by the test's function, every `lines` is handed to it. */
export function createFakeTransport(
  answer: (argv: readonly string[], options: ExecOptions) => ExecAnswer,
  o: { readonly isOnline: boolean } = { isOnline: true },
) {
  const changes = createEmitter<ConnectionSnapshot>();
  const streams: ScriptedLines[] = [];
  const executed: { readonly argv: readonly string[]; readonly options: ExecOptions }[] = [];
  const files = new Map<string, string>();
  let snapshot: ConnectionSnapshot = {
    hostId: 'ada2',
    changedAt: 0,
    state: o.isOnline ? { kind: 'online', since: 1, roundTripMs: null } : { kind: 'offline' },
  };
  let mayRun: (argv: readonly string[]) => boolean = () => true;
  let serial = 1;
  const change = (state: ConnectionSnapshot['state']): void => {
    snapshot = { ...snapshot, state };
    changes.emit(snapshot);
  };
  const transport: Transport = {
    get snapshot() {
      return snapshot;
    },
    onChange: changes.on,
    exec: async (argv, options = {}) => {
      if (snapshot.state.kind !== 'online') throw connectionLostError();
      executed.push({ argv, options });
      const result = await answer(argv, options);
      return { exitCode: 0, signal: null, stdout: '', stderr: '', elapsedMs: 1, truncated: false, ...result };
    },
    lines: (argv) => {
      const scripted = scriptedLines(argv);
      streams.push(scripted);
      return scripted.stream;
    },
    mayRunAsRoot: async (argv) => mayRun(argv),
    holdSudo: () => () => {},
    readFile: async (path) => Buffer.from(files.get(path) ?? ''),
    writeFile: async (path, data) => {
      files.set(path, data.toString());
    },
    tunnel: async () => new PassThrough(),
    httpAgent: () => new Agent(),
    machine: () => null,
  };
  return {
    transport,
    streams,
    executed,
    files,
    allowRoot: (allowed: (argv: readonly string[]) => boolean) => {
      mayRun = allowed;
    },
    goOffline: () => {
      change({ kind: 'offline' });
      for (const stream of streams) if (!stream.isClosed()) stream.lose();
    },
    goOnline: () => {
      serial += 1;
      change({ kind: 'online', since: serial, roundTripMs: null });
    },
  };
}
