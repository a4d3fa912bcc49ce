import { type GpuBatch, GpuFault, type GpuIdentity, type GpuState, GpuStatus, type UnknownReason } from '../../shared/contract/gpu.ts';
import { type PanelError, PanelException, toPanelError } from '../../shared/errors.ts';
import { GPU_METRICS } from '../../shared/gpu-metrics.ts';
import type { HistoryStore } from '../history/store.ts';
import type { Logger } from '../log.ts';
import type { Transport } from '../ssh/transport.ts';
import { startErrands } from './errands.ts';
import { faultError } from './failures.ts';
import { planSamples, type Sample } from './fields.ts';
import { parseIdentities, planIdentity } from './identity.ts';
import { Outbox } from './outbox.ts';
import { queryGpu, readKnowledge } from './query.ts';
import { runSampleStream } from './sample-stream.ts';
import { watchXids } from './xid-watch.ts';

const TICK_MS = 1_000;
const MISSED_TICKS = 3;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;
const FIRST_HANGING_RETRY_MS = 10_000;
const LONGEST_HANGING_RETRY_MS = 300_000;
const REMEMBERED = 'gpu-status';
const USED = 1 + GPU_METRICS.indexOf('memoryUsedMiB');

/** Watches the GPUs of one host while its connection is online. */
export interface GpuSampler {
  start(): void;
  stop(): void;
  /** Tries again at once after a fault. */
  retry(): void;
  status(): GpuStatus;
  onSamples(listener: (batches: readonly GpuBatch[]) => void): () => void;
  onChange(listener: (status: GpuStatus) => void): () => void;
}

export interface SamplerOptions {
  readonly transport: Transport;
  readonly hostId: string;
  readonly history: HistoryStore;
  readonly log: Logger;
  readonly now?: () => number;
}

/** Creates the sampler; at first its status is the last one that is remembered, drawn stale. Nothing runs before start(). */
export function createGpuSampler(o: SamplerOptions): GpuSampler {
  const now = o.now ?? (() => Date.now());
  const sampleListeners = new Set<(batches: readonly GpuBatch[]) => void>();
  const changeListeners = new Set<(status: GpuStatus) => void>();
  let status = lastKnown(o, now());
  let started = false;
  let stopListening = (): void => {};
  /** Aborts everything that runs over the present connection. */
  let online: AbortController | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | null = null;
  let staleTimer: ReturnType<typeof setTimeout> | null = null;
  let failures = 0;
  let lastSampleAt = newestAt(status.latest);
  /** Not null from the moment a stream is opened until its remote command is gone. */
  let outstanding: Promise<unknown> | null = null;
  let attempting = false;
  const lost = new Set<string>();

  const outbox = new Outbox(o.hostId, now, (batches) => {
    for (const { gpuUuid, rows } of batches) o.history.append(o.hostId, gpuUuid, rows);
    for (const listener of sampleListeners) listener(batches);
  });

  const change = (part: Partial<GpuStatus>): void => {
    status = { ...status, ...part };
    o.history.remember(o.hostId, REMEMBERED, status);
    for (const listener of changeListeners) listener(status);
  };
  const setState = (state: GpuState): void => {
    const same = state.kind === status.state.kind && (state.kind === 'live' || state.kind === 'stale' || state.kind === 'waiting');
    if (!same) change({ state });
  };
  const notLive = (): void => setState(lastSampleAt === null ? { kind: 'waiting' } : { kind: 'stale', since: now(), lastSampleAt });

  const armStale = (): void => {
    if (staleTimer !== null) clearTimeout(staleTimer);
    staleTimer = setTimeout(() => {
      if (status.state.kind === 'live' || isLost(status.state)) notLive();
    }, MISSED_TICKS * TICK_MS);
  };

  const onSample = (sample: Sample): void => {
    failures = 0;
    const at = sample.row[0] ?? now();
    lastSampleAt = at;
    armStale();
    const batch: GpuBatch = { hostId: o.hostId, gpuUuid: sample.uuid, rows: Float64Array.from(sample.row) };
    status = { ...status, latest: [...status.latest.filter((one) => one.gpuUuid !== sample.uuid), batch] };
    const unknown = mergedReasons(status.unknown, sample);
    if (unknown !== status.unknown) change({ unknown });
    if ([...sample.reasons.values()].includes('lost')) lost.add(sample.uuid);
    else lost.delete(sample.uuid);
    if (lost.size > 0) {
      // The stream is kept: it says so by itself when the GPU is back, and a new nvidia-smi might not even start.
      if (!isLost(status.state))
        setState({ kind: 'fault', fault: 'gpu-lost', since: now(), nextTryAt: null, error: faultError('gpu-lost', [...lost].join('\n')) });
    } else setState({ kind: 'live', since: now() });
    outbox.add(sample.uuid, sample.row, Math.max(1, status.gpus.length));
  };
  const onBadLine = (line: string): void => {
    const badLines = status.badLines + 1;
    status = { ...status, badLines };
    if (badLines <= 3 || badLines % 100 === 0) o.log.warn('gpu.bad-line', { badLines, line: line.slice(0, 200) });
  };

  const attempt = async (signal: AbortSignal): Promise<void> => {
    let knowledge = await readKnowledge(o.transport);
    const identity = await queryGpu(o.transport, knowledge, planIdentity);
    if (signal.aborted) return;
    knowledge = identity.knowledge;
    const gpus: GpuIdentity[] = parseIdentities(identity.text, identity.plan);
    if (gpus.length === 0) throw new PanelException(faultError(identity.text.trim() === '' ? 'no-devices' : 'bad-output', identity.text));
    const present = new Set(gpus.map((gpu) => gpu.uuid));
    change({ gpus, latest: status.latest.filter((one) => present.has(one.gpuUuid)) });
    if (knowledge.known === null) {
      // The stream cannot be asked twice: what the driver refuses is found out by a single sample first.
      knowledge = (await queryGpu(o.transport, knowledge, planSamples)).knowledge;
      if (signal.aborted) return;
    }
    const plan = planSamples(knowledge);
    const errands = new AbortController();
    const end = (): void => errands.abort();
    signal.addEventListener('abort', end, { once: true });
    startErrands({
      transport: o.transport,
      knowledge,
      now,
      log: o.log,
      signal: errands.signal,
      usedMiB: () => status.latest.reduce((sum, { rows }) => sum + (rows[USED] ?? Number.NaN), 0),
      onProcesses: (processes, processesAt) => {
        o.history.recordProcesses(o.hostId, processes, processesAt);
        change({ processes: [...processes], processesAt });
      },
      onHealth: (health) => change({ health: [...health] }),
    });
    const stream = (lineBuffered: boolean): Promise<void> =>
      runSampleStream({
        transport: o.transport,
        plan,
        lineBuffered,
        now,
        signal,
        onSample,
        onBadLine,
        onOpened: (ended) => {
          outstanding = ended;
          void ended.then(() => {
            if (outstanding === ended) outstanding = null;
          });
        },
      });
    try {
      await stream(true).catch((thrown: unknown) => {
        // nvidia-smi has just answered, so it is stdbuf that is missing.
        if (toPanelError(thrown).code === 'gpu-not-installed' && !signal.aborted) return stream(false);
        throw thrown;
      });
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
  };

  const failed = (thrown: unknown): void => {
    const told = toPanelError(thrown);
    if (told.code === 'ssh-not-connected' || told.code === 'ssh-connection-lost') {
      // The connection's own state says the rest; where it is online already, this is tried again soon.
      notLive();
      scheduleRetry(FIRST_RETRY_MS);
      return;
    }
    const error: PanelError = told.code === 'ssh-command-timeout' ? faultError('hanging', told.detail) : told;
    const named = GpuFault.safeParse(error.code === 'gpu-lost' ? error.code : error.code.replace(/^gpu-/, ''));
    const fault = named.success ? named.data : 'unknown';
    failures += 1;
    const doubled = 2 ** Math.min(failures - 1, 10);
    const delayMs =
      fault === 'hanging'
        ? Math.min(LONGEST_HANGING_RETRY_MS, FIRST_HANGING_RETRY_MS * doubled)
        : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * doubled);
    o.log.warn('gpu.fault', { fault, failures, delayMs });
    if (staleTimer !== null) clearTimeout(staleTimer);
    change({ state: { kind: 'fault', fault, since: faultSince(status.state, fault) ?? now(), nextTryAt: now() + delayMs, error } });
    scheduleRetry(delayMs);
  };
  const scheduleRetry = (delayMs: number): void => {
    if (retryTimer !== null) clearTimeout(retryTimer);
    retryTimer = online === null ? null : setTimeout(run, delayMs);
  };

  /** One attempt at a time, and none while an nvidia-smi that hangs is still there: each would hold a session slot. */
  const run = (): void => {
    if (retryTimer !== null) clearTimeout(retryTimer);
    retryTimer = null;
    const signal = online?.signal;
    if (signal === undefined || attempting) return;
    if (outstanding !== null) {
      failed(new PanelException(faultError('hanging')));
      // Once it is gone there is nothing left to wait for.
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
        // The connection came back while the old attempt was still ending.
        if (signal.aborted && online !== null) scheduleRetry(0);
      });
  };

  const goOnline = (): void => {
    if (online !== null) return;
    online = new AbortController();
    failures = 0;
    watchXids({
      transport: o.transport,
      log: o.log,
      signal: online.signal,
      known: status.xids,
      onXids: (xids) => change({ xids: [...xids] }),
    });
    run();
  };
  const goOffline = (): void => {
    if (online === null) return;
    online.abort();
    online = null;
    // A new connection has new channels: what hung on the old one is gone with it, or beyond reach.
    outstanding = null;
    lost.clear();
    for (const timer of [retryTimer, staleTimer]) if (timer !== null) clearTimeout(timer);
    retryTimer = null;
    staleTimer = null;
    outbox.flush();
    notLive();
  };
  const follow = (kind: string): void => (kind === 'online' ? goOnline() : goOffline());

  return {
    start: () => {
      if (started) return;
      started = true;
      stopListening = o.transport.onChange(({ state }) => follow(state.kind));
      follow(o.transport.snapshot.state.kind);
    },
    stop: () => {
      started = false;
      stopListening();
      goOffline();
    },
    retry: () => {
      if (status.state.kind === 'fault' || !attempting) run();
    },
    status: () => status,
    onSamples: (listener) => {
      sampleListeners.add(listener);
      return () => sampleListeners.delete(listener);
    },
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
  };
}

const isLost = (state: GpuState): boolean => state.kind === 'fault' && state.fault === 'gpu-lost' && state.nextTryAt === null;
const faultSince = (state: GpuState, fault: GpuFault): number | null =>
  state.kind === 'fault' && state.fault === fault ? state.since : null;

function newestAt(latest: readonly GpuBatch[]): number | null {
  const times = latest.map(({ rows }) => rows[0] ?? Number.NaN).filter(Number.isFinite);
  return times.length === 0 ? null : Math.max(...times);
}

function lastKnown(o: SamplerOptions, at: number): GpuStatus {
  const recalled = GpuStatus.safeParse(o.history.recall(o.hostId, REMEMBERED));
  if (!recalled.success) {
    return {
      hostId: o.hostId,
      state: { kind: 'waiting' },
      gpus: [],
      health: [],
      processes: [],
      processesAt: null,
      xids: [],
      badLines: 0,
      unknown: {},
      latest: [],
    };
  }
  const lastSampleAt = newestAt(recalled.data.latest);
  return {
    ...recalled.data,
    hostId: o.hostId,
    badLines: 0,
    state: lastSampleAt === null ? { kind: 'waiting' } : { kind: 'stale', since: at, lastSampleAt },
  };
}

/** The same object when nothing changed. */
function mergedReasons(
  before: Readonly<Record<string, UnknownReason>>,
  sample: Sample,
): Readonly<Record<string, UnknownReason>> & GpuStatus['unknown'] {
  const prefix = `${sample.uuid}/`;
  const after: Record<string, UnknownReason> = {};
  for (const [key, reason] of Object.entries(before)) if (!key.startsWith(prefix)) after[key] = reason;
  for (const [metric, reason] of sample.reasons) after[prefix + metric] = reason;
  const keys = Object.keys(after);
  return keys.length === Object.keys(before).length && keys.every((key) => before[key] === after[key]) ? before : after;
}
