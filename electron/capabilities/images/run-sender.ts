import type { ImageRun, RunPhase } from '../../../shared/capabilities/images/contract.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { seedOf } from '../../../shared/image-graphs/rules.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { isEnded, type Lanes, nextRuns } from './next-runs.ts';
import type { PastRunTimes } from './past-runs.ts';
import { performRun, type RunContext } from './perform-run.ts';
import type { Generation, Progress, Route } from './routes/route.ts';
import type { RunList } from './run-list.ts';
import { createTimeLeftMeter } from './time-left.ts';

/** How long a gateway that is full is left alone where it names no time. */
const RETRY_AFTER_MS = 5_000;
/** Cancelled runs whose jobs are still cancelled when they appear. */
const MAX_FOLLOWED = 20;
const NOT_SENT = { state: 'ended', message: 'It was not sent.' } as const;

/** Sends the runs of a list, each as soon as its route takes one more. */
export interface RunSender {
  sendNext(): void;
  /** Cancels a run that waits or is at work. */
  cancel(run: ImageRun): void;
  /** Ends the reports of a run that is over in the panel. */
  forget(runId: string): void;
  stop(): void;
}

interface Sent {
  readonly cancelling: AbortController;
  readonly generation: Generation;
  readonly seeds: readonly number[];
}

export function createRunSender(
  o: Pick<RunContext, 'gallery' | 'gpu' | 'hostLabel' | 'now'> & {
    readonly gateway: Pick<Gateway, 'state' | 'refresh' | 'onChange'>;
    readonly list: RunList;
    readonly routes: readonly Route[];
    readonly past: PastRunTimes;
    readonly log: Logger;
  },
): RunSender {
  const { list, gateway } = o;
  const closing = new AbortController();
  const sent = new Map<string, Sent>();
  let refused: Lanes['refused'] = null;
  let slotsChangedAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSending = false;

  const lanes = (): Lanes => {
    const { profile, phase, reading } = gateway.state();
    const row = reading?.admission?.find(({ routeKind, backendClass }) => routeKind === 'images' && backendClass === profile?.imagesClass);
    const isKnown = phase.kind === 'live' && reading !== null && row !== undefined;
    return {
      slots: isKnown ? { limit: row.limit, available: row.available, readAt: reading.takenAt } : null,
      refused,
      slotsChangedAt,
      nowMs: o.now(),
    };
  };
  const enter = (runId: string, phase: RunPhase): void => {
    const run = list.find(runId);
    if (run !== undefined && !closing.signal.aborted) list.take({ ...run, phase });
  };
  const slotsChanged = (run: ImageRun): void => {
    if (run.route !== 'gateway') return;
    slotsChangedAt = o.now();
    // The free slots on the screen are those of now, also during this panel's own runs.
    void gateway.refresh();
  };
  const sendNext = (): void => {
    // Entering a phase can lead back here.
    if (isSending || closing.signal.aborted) return;
    isSending = true;
    try {
      for (;;) {
        const { send, waiting } = nextRuns(list.all(), lanes());
        if (send !== null) {
          begin(send);
          continue;
        }
        for (const [runId, phase] of waiting) if (!isSame(list.find(runId)?.phase, phase)) enter(runId, phase);
        break;
      }
    } finally {
      isSending = false;
    }
    clearTimeout(timer);
    if (refused === null || !list.all().some(({ phase }) => phase.kind === 'waiting' && phase.cause === 'refused')) return;
    timer = setTimeout(sendNext, Math.max(50, refused.retryAt - o.now()));
    timer.unref?.();
  };

  const begin = (waiting: ImageRun): void => {
    const { runId, parameters } = waiting;
    const route = o.routes.find(({ id }) => id === waiting.route);
    if (route === undefined) return;
    const seeds = Array.from({ length: parameters.count }, (_, index) => seedOf(parameters.seed ?? 0, index));
    // A cancelled run whose jobs are cancelled as they appear must not take those of a new one with the same seed.
    for (const [otherId, other] of sent) {
      const run = list.find(otherId);
      if ((run === undefined || isEnded(run)) && other.seeds.some((seed) => seeds.includes(seed))) forget(otherId);
    }
    const cancelling = new AbortController();
    const meter = createTimeLeftMeter(o.past.estimateMs(parameters));
    const begun: ImageRun = {
      ...waiting,
      startedAt: o.now(),
      curl: route.curl(parameters),
      phase: { kind: 'running', stage: 'sent', message: 'Sent', ahead: null, share: null, step: null, timeLeft: null, preview: null },
    };
    list.take(begun);
    let isFirst = true;
    const onProgress = (progress: Progress): void => {
      const phase = list.find(runId)?.phase;
      if (phase?.kind !== 'running' || cancelling.signal.aborted) return;
      // The last preview stays until the image is there.
      const preview = progress.preview ?? (progress.stage === 'transfer' ? phase.preview : null);
      enter(runId, { kind: 'running', ...progress, preview, timeLeft: meter.note(progress, o.now()) });
      if (isFirst) slotsChanged(begun);
      isFirst = false;
    };
    const generation = route.generate({
      parameters,
      startedAt: begun.startedAt,
      cancelled: cancelling.signal,
      closed: closing.signal,
      onProgress,
    });
    sent.set(runId, { cancelling, generation, seeds });
    slotsChanged(begun);
    void performRun(begun, cancelling.signal, {
      ...o,
      generation,
      onFailed: ({ code }) => o.log.warn('images.failed', { route: route.id, code }),
      isRefused: (error) => refuse(waiting, error),
      enter: (phase) => {
        // What a run reports that was sent again meanwhile is of the past.
        if (sent.get(runId)?.generation !== generation) return;
        if (phase.kind === 'done' && phase.timing.generateMs !== null) o.past.note(parameters, phase.timing.generateMs);
        enter(runId, phase);
      },
      onOver: () => {
        slotsChanged(begun);
        // After the phase that follows is entered.
        queueMicrotask(sendNext);
      },
    }).then(() => {
      // The jobs of a cancelled run may still appear, and are cancelled then.
      if (!cancelling.signal.aborted && sent.get(runId)?.generation === generation) sent.delete(runId);
      const over = [...sent.keys()].filter((id) => list.find(id)?.phase.kind !== 'running');
      for (const oldest of over.slice(0, Math.max(0, over.length - MAX_FOLLOWED))) forget(oldest);
      sendNext();
    });
  };
  /** A full gateway is no failure: the run waits again, in its place. */
  const refuse = (run: ImageRun, error: PanelError): boolean => {
    if (error.code !== 'gateway-overloaded' && error.code !== 'gateway-rate-limited') return false;
    const retryAt = Number(error.facts?.['retryAt'] ?? Number.NaN);
    refused = { retryAt: Number.isFinite(retryAt) ? retryAt : o.now() + RETRY_AFTER_MS, message: error.message };
    sent.delete(run.runId);
    enter(run.runId, { kind: 'waiting', cause: 'refused', ahead: 0, message: error.message, retryAt: refused.retryAt });
    return true;
  };
  const forget = (runId: string): void => {
    sent.get(runId)?.generation.stop();
    sent.delete(runId);
  };
  const stopWatchingGateway = gateway.onChange(() => {
    if (list.all().some(({ route, phase }) => route === 'gateway' && phase.kind === 'waiting')) sendNext();
  });

  return {
    sendNext,
    cancel: (run) => {
      if (run.phase.kind === 'waiting') enter(run.runId, { kind: 'cancelled', elapsedMs: 0, saved: 0, remote: NOT_SENT });
      else sent.get(run.runId)?.cancelling.abort();
    },
    forget,
    stop: () => {
      closing.abort();
      clearTimeout(timer);
      stopWatchingGateway();
      for (const { generation } of sent.values()) generation.stop();
      sent.clear();
    },
  };
}

function isSame(phase: RunPhase | undefined, next: Extract<RunPhase, { kind: 'waiting' }>): boolean {
  return (
    phase?.kind === 'waiting' &&
    phase.cause === next.cause &&
    phase.ahead === next.ahead &&
    phase.message === next.message &&
    phase.retryAt === next.retryAt
  );
}
