import { type HostAnswers, parseAnswers, type ReadRequest } from '../../foundation/host-reader/answers.ts';
import { isReadable, readHost } from '../../foundation/host-reader/reader.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import type { Reads } from './check.ts';
import type { ClockReading } from './sources.ts';

const CLOCK_TIMEOUT_MS = 15_000;
/** `date +%s.%N`. */
const CLOCK = /^(\d{9,11})\.(\d{1,9})$/;

/** Kinds that start a program which takes its time; they are read beside the others. */
const SLOW_KINDS: ReadonlySet<string> = new Set([
  'gpu',
  'health',
  'gpuapps',
  'log',
  'journal',
  'kernellog',
  'vram',
  'system',
  'xids',
  'starts',
  'boots',
]);

/** What the checks of one run read on a machine: two stages for all of them, and its clock. */
export interface MachineReading {
  /** Throws what the commands threw. */
  answers(): HostAnswers;
  clock(): ClockReading;
}

/** Runs what `read` does; the result, or what it threw, is given out later. */
async function settled<T>(read: () => Promise<T>): Promise<() => T> {
  try {
    const value = await read();
    return () => value;
  } catch (thrown) {
    return () => {
      throw thrown;
    };
  }
}

/** Reads everything that the checks want, with the rights of the login. Never rejects. */
export async function readMachine(transport: Pick<Transport, 'exec'>, reads: readonly Reads[], now: () => number): Promise<MachineReading> {
  const [answers, clock] = await Promise.all([settled(() => readAll(transport, reads)), settled(() => readClock(transport, now))]);
  return { answers, clock };
}

async function readAll(transport: Pick<Transport, 'exec'>, reads: readonly Reads[]): Promise<HostAnswers> {
  const first = reads.flatMap((one) => one.first).filter(isReadable);
  if (first.length === 0) return parseAnswers('');
  const before = await readBeside(transport, first);
  const asked = new Set(first);
  // What the host names itself, such as a path of a unit, may be no request.
  const next = reads.flatMap((one) => one.second?.(before) ?? []).filter((request) => isReadable(request) && !asked.has(request));
  if (next.length === 0) return before;
  const after = await readBeside(transport, next);
  return { get: (request) => before.get(request) ?? after.get(request) };
}

/** Reads with two commands side by side, since a host has more than one core. */
async function readBeside(transport: Pick<Transport, 'exec'>, requests: readonly ReadRequest[]): Promise<HostAnswers> {
  const isSlow = (request: ReadRequest): boolean => SLOW_KINDS.has(request.split(' ')[0] ?? '');
  const parts = [requests.filter((request) => !isSlow(request)), requests.filter(isSlow)].filter(({ length }) => length > 0);
  const answers = await Promise.all(parts.map((part) => readHost(transport, part, { asRoot: false })));
  return {
    get: (request) => {
      for (const answer of answers) {
        const found = answer.get(request);
        if (found !== null) return found;
      }
      return null;
    },
  };
}

async function readClock(transport: Pick<Transport, 'exec'>, now: () => number): Promise<ClockReading> {
  const sentAt = now();
  const { stdout } = await transport.exec(['date', '+%s.%N'], { timeoutMs: CLOCK_TIMEOUT_MS });
  const takenAt = now();
  const [, seconds, fraction] = CLOCK.exec(stdout.trim().slice(0, 40)) ?? [];
  const reportedMs = Number(`${seconds}.${fraction}`) * 1000;
  return { offsetMs: reportedMs - (sentAt + takenAt) / 2, uncertaintyMs: (takenAt - sentAt) / 2 };
}
