import { type GpuBatch, GpuFault, type GpuStatus } from '../../../shared/capabilities/gpu/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { hasCode, type PanelError, PanelException, toPanelError } from '../../../shared/errors.ts';
import type { LastKnown } from '../../foundation/files/last-known.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { retryDelayMs } from '../../foundation/timing/retry-policy.ts';
import { whileOnline } from '../../foundation/timing/while-online.ts';
import type { HistoryStore } from '../history/source.ts';
import { gpuError } from './failures.ts';
import { SampleBatcher } from './sample-batcher.ts';
import { createStatusBoard } from './status-board.ts';
import { warningError, withPersistenceHint } from './warnings.ts';
import { watchOnce } from './watch-once.ts';
import { watchXids } from './xid-watch.ts';

const MAX_WARNINGS = 20;
const RETRY = { firstMs: 2_000, maxMs: 60_000 };
const HANGING_RETRY = { firstMs: 10_000, maxMs: 300_000 };

/** Watches the GPUs of one host while its connection is online. */
export interface GpuSampler {
  start(): void;
  stop(): void;
  /** Retries at once after a fault. */
  retry(): void;
  status(): GpuStatus;
  onSamples(listener: (batches: readonly GpuBatch[]) => void): () => void;
  onChange(listener: (status: GpuStatus) => void): () => void;
}

export interface SamplerOptions {
  readonly transport: Transport;
  readonly hostId: string;
  readonly history: HistoryStore;
  readonly lastKnown: LastKnown;
  readonly log: Logger;
  readonly now?: () => number;
}

/** Creates the sampler with the last known status as stale. Nothing runs before start(). */
export function createGpuSampler(o: SamplerOptions): GpuSampler {
  const now = o.now ?? (() => Date.now());
  const sampleBatches = createEmitter<readonly GpuBatch[]>();
  const board = createStatusBoard({ hostId: o.hostId, lastKnown: o.lastKnown, now });
  let stopFollowing: (() => void) | null = null;
  /** Aborted with the present connection; null = not connected. */
  let online: AbortSignal | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | null = null;
  let failures = 0;
  /** Not null from the opening of a stream until its remote command has ended. */
  let outstanding: Promise<unknown> | null = null;
  let attempting = false;

  const batcher = new SampleBatcher(o.hostId, (batches) => {
    // The window first: a write of the history now and then takes some milliseconds.
    sampleBatches.emit(batches);
    for (const { gpuUuid, rows } of batches) o.history.append({ hostId: o.hostId, kind: 'gpu', subject: gpuUuid }, rows);
  });

  const attempt = (signal: AbortSignal): Promise<void> =>
    watchOnce({
      transport: o.transport,
      log: o.log,
      now,
      signal,
      usedMiB: board.usedMiB,
      onIdentities: (gpus) => {
        const present = new Set(gpus.map((gpu) => gpu.uuid));
        board.change({ gpus, latest: board.status().latest.filter((one) => present.has(one.gpuUuid)) });
      },
      onWarnings: (warnings) => board.change({ warnings: [...warnings] }),
      onWarning: (line) => {
        const warning = warningError(line);
        const { warnings } = board.status();
        if (!warnings.some((known) => known.message === warning.message))
          board.change({ warnings: [...warnings, warning].slice(-MAX_WARNINGS) });
      },
      onProcesses: (processes, processesAt) => {
        o.history.recordProcesses(o.hostId, processes, processesAt);
        board.change({ processes: [...processes], processesAt });
      },
      onHealth: (health) => board.change({ health: [...health] }),
      onSample: (sample) => {
        failures = 0;
        board.take(sample);
        batcher.add(sample.uuid, sample.row, Math.max(1, board.status().gpus.length));
      },
      onBadLine: (line) => {
        const badLines = board.countBadLine();
        if (badLines <= 3 || badLines % 100 === 0) o.log.warn('gpu.bad-line', { badLines, line: line.slice(0, 200) });
      },
      onOpened: (ended) => {
        outstanding = ended;
        void ended.then(() => {
          if (outstanding === ended) outstanding = null;
        });
      },
    });

  const failed = (thrown: unknown): void => {
    const reported = toPanelError(thrown);
    if (hasCode(reported, 'ssh-not-connected', 'ssh-connection-lost')) {
      // The connection reports its own error; while it is online, a retry follows soon.
      board.notLive();
      scheduleRetry(RETRY.firstMs);
      return;
    }
    const error: PanelError = hasCode(reported, 'ssh-command-timeout') ? gpuError('hanging', reported.detail) : reported;
    const named = GpuFault.safeParse(hasCode(error, 'gpu-lost') ? error.code : error.code.replace(/^gpu-/, ''));
    const fault = named.success ? named.data : 'unknown';
    failures += 1;
    const delayMs = retryDelayMs(fault === 'hanging' ? HANGING_RETRY : RETRY, failures);
    o.log.warn('gpu.fault', { fault, failures, delayMs });
    board.fault(fault, fault === 'hanging' ? withPersistenceHint(error, board.status().gpus) : error, now() + delayMs);
    scheduleRetry(delayMs);
  };
  const scheduleRetry = (delayMs: number): void => {
    if (retryTimer !== null) clearTimeout(retryTimer);
    retryTimer = online === null ? null : setTimeout(run, delayMs);
  };

  /** One attempt at a time, and none while a hanging nvidia-smi remains, since each occupies a session slot. */
  const run = (): void => {
    if (retryTimer !== null) clearTimeout(retryTimer);
    retryTimer = null;
    const signal = online;
    if (signal === null || attempting) return;
    if (outstanding !== null) {
      failed(new PanelException(gpuError('hanging')));
      // After its end the next attempt need not wait.
      void outstanding.then(() => {
        if (retryTimer !== null) scheduleRetry(0);
      });
      return;
    }
    attempting = true;
    attempt(signal)
      .catch((thrown: unknown) => {
        if (!signal.aborted) failed(thrown);
      })
      .finally(() => {
        attempting = false;
        // The connection returned before the old attempt had ended.
        if (signal.aborted && online !== null) scheduleRetry(0);
      });
  };

  const goOnline = (signal: AbortSignal): void => {
    online = signal;
    signal.addEventListener('abort', goOffline, { once: true });
    failures = 0;
    watchXids({
      transport: o.transport,
      log: o.log,
      signal,
      known: board.status().xids,
      onXids: (xids) => {
        // An Xid has its time from the kernel log, and the store ignores repeated events.
        for (const { at, busId, xid, meaning } of xids)
          o.history.recordEvent(o.hostId, { kind: 'xid', subject: busId, at, state: `Xid ${xid ?? 'unknown'}`, detail: meaning });
        board.change({ xids: [...xids] });
      },
      onKernelLog: (kernelLog) => board.change({ kernelLog }),
    });
    run();
  };
  const goOffline = (): void => {
    online = null;
    // A new connection has new channels, so that a command that hangs on the old one does not block it.
    outstanding = null;
    if (retryTimer !== null) clearTimeout(retryTimer);
    retryTimer = null;
    batcher.flush();
    board.goOffline();
  };

  return {
    start: () => {
      stopFollowing ??= whileOnline(o.transport, goOnline);
    },
    stop: () => {
      stopFollowing?.();
      stopFollowing = null;
    },
    retry: () => {
      if (board.status().state.kind === 'fault' || !attempting) run();
    },
    status: board.status,
    onSamples: sampleBatches.on,
    onChange: board.onChange,
  };
}
