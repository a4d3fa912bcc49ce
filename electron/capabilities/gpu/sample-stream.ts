import { PanelException } from '../../../shared/errors.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { pause } from '../../foundation/timing/pause.ts';
import { classifyFailure, gpuError } from './failures.ts';
import { parseSample, type Sample, type SamplePlan } from './fields.ts';
import { QUERY_TIMEOUT_MS, streamArgv } from './query.ts';
import { isWarningLine } from './warnings.ts';

/** Time without a line after which the panel tests whether the network or nvidia-smi hangs. */
const SILENT_MS = 10_000;
/** Exit code for a corrupted infoROM, with complete rows (nvidia-smi(1)). */
const DATA_IS_WHOLE = 14;
const RETRY_INTERVAL_MS = 1_000;
const MAX_BAD_LINES = 10;

export interface SampleStreamOptions {
  readonly transport: Transport;
  readonly plan: SamplePlan;
  readonly lineBuffered: boolean;
  readonly now: () => number;
  readonly signal: AbortSignal;
  onSample(sample: Sample): void;
  onBadLine(line: string): void;
  /** A warning of nvidia-smi between the rows. */
  onWarning(line: string): void;
  /** Called with a promise that resolves when the remote command has ended. */
  onOpened(ended: Promise<unknown>): void;
}

/** Runs the stream until it fails, and throws `gpu-…` or what Transport throws. Returns only when aborted. */
export async function runSampleStream(o: SampleStreamOptions): Promise<void> {
  while (!o.signal.aborted) await runOneStream(o);
}

/** Returns when aborted, and when the stream ended with complete rows. */
async function runOneStream(o: SampleStreamOptions): Promise<void> {
  const stream = o.transport.lines(streamArgv(o.plan.fields, o.lineBuffered));
  o.onOpened(stream.ended);
  let samples = 0;
  let silent: ReturnType<typeof setTimeout> | null = null;
  let hung = false;
  const arm = (): void => {
    if (silent !== null) clearTimeout(silent);
    // The first row takes as long as a query.
    silent = setTimeout(checkNetwork, samples === 0 ? QUERY_TIMEOUT_MS : SILENT_MS);
  };
  const checkNetwork = (): void => {
    const heard = silent;
    o.transport.exec(['true'], { timeoutMs: 5_000 }).then(
      () => {
        // A line that arrived meanwhile has started a new timer.
        if (silent !== heard || o.signal.aborted) return;
        hung = true;
        stream.close();
      },
      () => {
        if (silent === heard && !o.signal.aborted) arm();
      },
    );
  };
  const close = (): void => stream.close();
  o.signal.addEventListener('abort', close, { once: true });
  const bad: string[] = [];
  arm();
  try {
    for await (const line of stream) {
      if (o.signal.aborted) return;
      arm();
      const sample = parseSample(line, o.plan, o.now());
      if (sample !== null) {
        samples += 1;
        o.onSample(sample);
      } else if (isWarningLine(line)) o.onWarning(line);
      else if (line.trim() !== '') {
        bad.push(line.slice(0, 300));
        if (bad.length > MAX_BAD_LINES) bad.shift();
        o.onBadLine(line);
        if (samples === 0 && bad.length === MAX_BAD_LINES) throw new PanelException(gpuError('bad-output', bad.join('\n')));
      }
    }
    if (o.signal.aborted) return;
    if (hung) throw new PanelException(gpuError('hanging'));
    const { exitCode, stderr } = await stream.ended;
    if (exitCode === DATA_IS_WHOLE && samples > 0) return await pause(RETRY_INTERVAL_MS, o.signal);
    const message = `${bad.join('\n')}\n${stderr}`;
    throw new PanelException(gpuError(classifyFailure(exitCode, message), message));
  } finally {
    if (silent !== null) clearTimeout(silent);
    silent = null;
    o.signal.removeEventListener('abort', close);
    stream.close();
  }
}
