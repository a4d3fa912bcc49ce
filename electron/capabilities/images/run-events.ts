import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { ImageRun, RouteId, RunPhase } from '../../../shared/capabilities/images/contract.ts';
import { formatDuration } from '../../../shared/format.ts';
import type { HistoryStore } from '../history/source.ts';
import { isEnded } from './next-runs.ts';
import { describeImages } from './text.ts';

/** Runs whose end is known; more than a list of runs holds, removed ones that come back included. */
const MAX_REMEMBERED = 1000;

/** How a run ended. */
export type RunEnd =
  | { readonly state: 'made'; readonly images: number; readonly elapsedMs: number }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'cancelled'; readonly elapsedMs: number };

/** The end of a run as an event. The prompt is no part of it. */
export function eventOfEnd(
  { route, model, atMs }: { readonly route: RouteId; readonly model: string | null; readonly atMs: number },
  end: RunEnd,
): HistoryEvent {
  const parts =
    end.state === 'failed'
      ? [end.message]
      : [end.state === 'made' ? describeImages(end.images) : null, model, formatDuration(end.elapsedMs)];
  const detail = parts.filter((part) => part !== null && part !== '').join(' · ');
  return { kind: 'image', subject: route, at: atMs, state: end.state, detail: detail === '' ? null : detail };
}

/** How a run ended; null while it runs. */
function endOf(phase: RunPhase): RunEnd | null {
  switch (phase.kind) {
    case 'waiting':
    case 'running':
      return null;
    case 'done':
      return { state: 'made', images: phase.images.length, elapsedMs: phase.timing.totalMs };
    case 'failed':
      return { state: 'failed', message: phase.error.message };
    case 'cancelled':
      // A run that was cancelled before it was sent is nothing that the host did.
      return phase.elapsedMs === 0 ? null : { state: 'cancelled', elapsedMs: phase.elapsedMs };
  }
}

/** Whether a run has ended since it was last sent: the phase of an ended run is reported again and again, and a run may be retried. */
export function createFirstEnds(): (run: Pick<ImageRun, 'runId' | 'phase'>) => boolean {
  const ended = new Set<string>();
  return ({ runId, phase }) => {
    // It was sent again.
    if (phase.kind === 'waiting') ended.delete(runId);
    if (!isEnded({ phase }) || ended.has(runId)) return false;
    ended.add(runId);
    for (const oldest of ended) {
      if (ended.size <= MAX_REMEMBERED) break;
      ended.delete(oldest);
    }
    return true;
  };
}

/** A listener that records the end of each run once. */
export function recordRuns(o: {
  readonly hostId: string;
  readonly history: Pick<HistoryStore, 'recordEvent'>;
  readonly now: () => number;
}): (run: ImageRun) => void {
  const isFirst = createFirstEnds();
  return (run) => {
    const end = isFirst(run) ? endOf(run.phase) : null;
    if (end === null) return;
    const { route, parameters } = run;
    o.history.recordEvent(o.hostId, eventOfEnd({ route, model: parameters.model, atMs: o.now() }, end));
  };
}
