import type { Incident, IncidentList } from '../../../shared/capabilities/incidents/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { UNREAD } from './text.ts';

/** Each pass reads this much of the past: longer than the longest hold time. */
const LOOK_BACK_MS = 40 * 60_000;
const POLL_INTERVAL_MS = 30_000;
/** What the services logged is read at every fourth pass. */
const PASSES_A_LOG = 4;
/** Read again of the log, so that the lines of one failure are seen together. */
const LOG_OVERLAP_MS = 60_000;

/** Reports incidents that begin or end while the panel runs. */
export interface IncidentWatch {
  onChange(listener: (incident: Incident) => void): () => void;
  /** Looks now, in what the services logged as well. */
  poll(): Promise<void>;
  stop(): void;
}

/** An incident that goes on keeps its identity although the part of it that is read moves on, and once recorded lacks its GPU. */
const isSame = (a: Incident, b: Incident): boolean =>
  a.id === b.id ||
  (a.kind === b.kind &&
    (a.gpuUuid === b.gpuUuid || a.gpuUuid === null || b.gpuUuid === null) &&
    a.who === b.who &&
    a.beginMs <= (b.endMs ?? Number.POSITIVE_INFINITY) &&
    b.beginMs <= (a.endMs ?? Number.POSITIVE_INFINITY));

/**
 * Compares the incidents of the newest stretch with those of the pass before. Those of the first pass are stored but not reported. The kernel
 * log is not read: it is long, the GPU's errors in it are recorded as they come, and systemd logs the loss of a service in the service's own.
 */
export function watchIncidents(o: {
  readonly list: (
    fromMs: number,
    toMs: number,
    how: { readonly withLog: boolean; readonly servicesFromMs: number },
  ) => Promise<IncidentList>;
  readonly isOnline: () => boolean;
  readonly onNew: (incident: Incident) => void;
  readonly now: () => number;
}): IncidentWatch {
  const changes = createEmitter<Incident>();
  let known: readonly Incident[] | null = null;
  let pass = 0;
  let loggedToMs = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const poll = async (withLog: boolean): Promise<void> => {
    if (!o.isOnline()) return;
    const toMs = o.now();
    const fromMs = toMs - LOOK_BACK_MS;
    const { incidents, unread } = await o.list(fromMs, toMs, { withLog, servicesFromMs: Math.max(fromMs, loggedToMs - LOG_OVERLAP_MS) });
    if (isStopped) return;
    if (withLog && !unread.includes(UNREAD.log)) loggedToMs = toMs;
    const before = known;
    for (const incident of incidents) {
      const earlier = before?.find((one) => isSame(one, incident));
      if (earlier === undefined) o.onNew(incident);
      if ((earlier === undefined && before !== null) || (earlier !== undefined && earlier.endMs === null && incident.endMs !== null))
        changes.emit(incident);
    }
    // Without the log its incidents are not in the answer, and must not be new at the next reading.
    const kept = (before ?? []).filter(
      (one) => (one.endMs ?? toMs) > toMs - 2 * LOOK_BACK_MS && !incidents.some((next) => isSame(one, next)),
    );
    known = [...kept, ...incidents];
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      pass += 1;
      void poll(pass % PASSES_A_LOG === 1)
        .catch(() => {})
        .finally(() => {
          if (!isStopped) schedule();
        });
    }, POLL_INTERVAL_MS);
    timer.unref?.();
  };
  schedule();
  return {
    poll: () => poll(true),
    onChange: changes.on,
    stop: () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
