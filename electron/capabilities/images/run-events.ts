import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { ImageRun } from '../../../shared/capabilities/images/contract.ts';
import { formatDuration } from '../../../shared/format.ts';
import type { HistoryStore } from '../history/source.ts';
import { describeImages } from './text.ts';

/** Runs whose end is known to be recorded; the phase of an ended run is reported again and again. */
const MAX_RECORDED = 100;

/** The end of a run as an event at `atMs`; null while it runs. The prompt is no part of it. */
export function eventOfRun(
  { route, parameters: { model }, phase }: Pick<ImageRun, 'route' | 'parameters' | 'phase'>,
  atMs: number,
): HistoryEvent | null {
  const event = (state: string, ...parts: readonly (string | null)[]): HistoryEvent => ({
    kind: 'image',
    subject: route,
    at: atMs,
    state,
    detail: parts.filter((part) => part !== null && part !== '').join(' · ') || null,
  });
  switch (phase.kind) {
    case 'running':
      return null;
    case 'done':
      return event('made', describeImages(phase.images.length), model, formatDuration(phase.timing.totalMs));
    case 'failed':
      return event('failed', phase.error.message);
    case 'cancelled':
      return event('cancelled', model, formatDuration(phase.elapsedMs));
  }
}

/** A listener that records the end of each run once. */
export function recordRuns(o: {
  readonly hostId: string;
  readonly history: Pick<HistoryStore, 'recordEvent'>;
  readonly now: () => number;
}): (run: ImageRun) => void {
  const recorded = new Set<string>();
  return (run) => {
    const event = recorded.has(run.runId) ? null : eventOfRun(run, o.now());
    if (event === null) return;
    recorded.add(run.runId);
    for (const oldest of recorded) {
      if (recorded.size <= MAX_RECORDED) break;
      recorded.delete(oldest);
    }
    o.history.recordEvent(o.hostId, event);
  };
}
