import { Agent } from 'node:http';
import type { ConnectionSnapshot, ConnectionState } from '../../shared/capabilities/hosts/contract.ts';
import { createEmitter } from '../../shared/emitter.ts';
import { PanelException } from '../../shared/errors.ts';
import type { ExecResult, LineStream, Transport } from '../foundation/ssh/transport.ts';

/** A remote stream that a test writes to. */
export interface FakeStream extends LineStream {
  readonly argv: readonly string[];
  readonly closed: boolean;
  say(...lines: readonly string[]): void;
  end(exitCode: number, stderr?: string): void;
}

export interface FakeTransport extends Transport {
  readonly streams: readonly FakeStream[];
  readonly asked: readonly string[];
  become(state: ConnectionState): void;
}

/** A host in memory, for tests: `answer` is called for every short command. */
export function fakeTransport(answer: (command: string) => Partial<ExecResult> | Promise<Partial<ExecResult>>): FakeTransport {
  const changes = createEmitter<ConnectionSnapshot>();
  const streams: FakeStream[] = [];
  const asked: string[] = [];
  let state: ConnectionState = { kind: 'offline' };
  const absent = (): never => {
    throw new Error('not part of the fake');
  };
  return {
    streams,
    asked,
    get snapshot() {
      return { hostId: 'ada2', state, changedAt: 0 };
    },
    become: (next) => {
      state = next;
      changes.emit({ hostId: 'ada2', state, changedAt: 0 });
    },
    onChange: changes.on,
    exec: async (argv) => {
      asked.push(argv.join(' '));
      return { exitCode: 0, signal: null, stdout: '', stderr: '', elapsedMs: 1, truncated: false, ...(await answer(argv.join(' '))) };
    },
    lines: (argv) => {
      const stream = fakeStream(argv);
      streams.push(stream);
      return stream;
    },
    mayRunAsRoot: absent,
    readFile: absent,
    writeFile: absent,
    tunnel: absent,
    httpAgent: () => new Agent(),
    machine: () => null,
  };
}

/** What the transport throws when a command does not end. */
export const timeout = new PanelException({ code: 'ssh-command-timeout', layer: 'ssh', message: 'late', hint: '', retryable: true });

function fakeStream(argv: readonly string[]): FakeStream {
  const queue: string[] = [];
  let wake = (): void => {};
  let done = false;
  let settle: (ending: Awaited<LineStream['ended']>) => void = () => {};
  const ended = new Promise<Awaited<LineStream['ended']>>((resolve) => {
    settle = resolve;
  });
  const finish = (exitCode: number | null, stderr = ''): void => {
    done = true;
    settle({ exitCode, signal: null, stderr });
    wake();
  };
  async function* lines(): AsyncGenerator<string, void, void> {
    for (;;) {
      const line = queue.shift();
      if (line !== undefined) yield line;
      else if (done) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  const iterator = lines();
  return {
    argv,
    ended,
    get closed() {
      return done;
    },
    say: (...more) => {
      queue.push(...more);
      wake();
    },
    end: finish,
    close: () => finish(null),
    [Symbol.asyncIterator]: () => iterator,
  };
}
