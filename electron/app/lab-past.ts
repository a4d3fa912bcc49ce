import { setImmediate } from 'node:timers/promises';
import { backendState } from '../../shared/backend-state.ts';
import { BUCKET, BUCKET_WIDTH } from '../../shared/buckets.ts';
import type { HistoryEvent } from '../../shared/capabilities/history/contract.ts';
import { gatewayEndpoint, panelRequestsSubject, slotsSubject } from '../../shared/gateway-subjects.ts';
import { LAB_PAST_MS, type LabPastPart } from '../../shared/lab-past.ts';
import { rowWidth, type SeriesKindName, seriesKind } from '../../shared/series-kinds.ts';
import { createChangeRecorder } from '../capabilities/history/change-recorder.ts';
import { createProcessSeries } from '../capabilities/history/process-series.ts';
import type { HistoryStore } from '../capabilities/history/source.ts';
import { eventOfEnd } from '../capabilities/images/run-events.ts';
import type { RunningLab } from '../capabilities/running-lab.ts';
import { verdictOf } from '../capabilities/services/verdict.ts';
import { createPastRuns } from './past-runs.ts';

/** Stretches in which the panel itself recorded the lab are left as they are. */
const STRETCHES = 1_200;

/** The parts come in over seconds; what is on the screen is not read again for each. */
const NOTE_PAUSE_MS = 500;

type PastLab = Pick<RunningLab, 'info' | 'gateway'>;

/**
 * Stores what a panel would have recorded of the lab before it was opened, a part at a time with pauses for everything else. Begin it before
 * the lab is connected. What the panel recorded itself is neither replaced nor doubled.
 */
export function createPastImport(o: {
  readonly history: HistoryStore;
  readonly lab: PastLab;
  readonly nowMs: number;
}): (part: LabPastPart) => void {
  const take = pastTaker(o);
  const waiting: LabPastPart[] = [];
  let isWorking = false;
  let noted: NodeJS.Timeout | null = null;
  const note = (): void => {
    noted = null;
    o.history.notePast(o.lab.info.id);
  };
  const work = async (): Promise<void> => {
    isWorking = true;
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      take(part);
      await setImmediate();
    }
    isWorking = false;
    if (noted === null) noted = setTimeout(note, NOTE_PAUSE_MS);
  };
  return (part) => {
    waiting.push(part);
    if (!isWorking) void work();
  };
}

function pastTaker({ history, lab, nowMs }: Parameters<typeof createPastImport>[0]): (part: LabPastPart) => void {
  const hostId = lab.info.id;
  const profile = { address: lab.gateway.address, via: { kind: 'ssh' as const, hostId } };
  const isRecorded = recordedStretches(history, hostId, nowMs);
  let atMs = nowMs;
  const record = (event: HistoryEvent): void => {
    if (!isRecorded(event.at)) history.recordEvent(hostId, event);
  };
  const reportState = createChangeRecorder({ hostId, history: { recordEvent: (_, event) => record(event) }, now: () => atMs });
  const processes = createProcessSeries();
  const runs = createPastRuns();
  const append = (kind: SeriesKindName, subject: string, rows: Float64Array): void =>
    history.append(
      { hostId, kind, subject },
      rowsWhere(rows, rowWidth(seriesKind(kind)), (ms) => !isRecorded(ms)),
    );

  return (part) => {
    switch (part.kind) {
      case 'gpu':
        return append('gpu', part.gpuUuid, part.rows);
      case 'link':
        return append('links', part.subject, part.rows);
      case 'slots':
        return append('gateway-slots', slotsSubject(profile, part), part.rows);
      case 'requests':
        return append('gateway-requests', panelRequestsSubject(profile), part.rows);
      case 'processes':
        for (const { at, processes: list } of part.lists) {
          for (const [subject, rows] of processes.rowsOf(list, at)) append('process', subject, rows);
          for (const ended of runs.take(at, list)) if (!isRecorded(ended.run.startedAt)) history.addRuns(hostId, [ended.run], ended.atMs);
        }
        return;
      case 'units':
        for (const { at, unit, ...shown } of part.changes) {
          atMs = at;
          const { word, why } = verdictOf(shown);
          reportState('unit', unit, word, why);
        }
        return;
      case 'backends':
        for (const change of part.changes) {
          atMs = change.at;
          const subject = `${gatewayEndpoint(profile)} ${change.name}`;
          reportState('backend', subject, backendState(change), change.error);
        }
        return;
      case 'connection':
        for (const { at, state, detail } of part.changes) record({ kind: 'connection', subject: '', at, state, detail });
        return;
      case 'runs':
        for (const { at, model, elapsedMs, error } of part.runs) {
          const end = error === null ? ({ state: 'made', images: 1, elapsedMs } as const) : ({ state: 'failed', message: error } as const);
          record(eventOfEnd({ route: 'gateway', model, atMs: at }, end));
        }
        return;
    }
  };
}

/** Whether the panel itself recorded a GPU of the host around a time. */
function recordedStretches(history: HistoryStore, hostId: string, nowMs: number): (ms: number) => boolean {
  const span = { hostId, kind: 'gpu' as const, fromMs: nowMs - LAB_PAST_MS, toMs: nowMs };
  const subjects = [...history.subjectsWithin(span)];
  if (subjects.length === 0) return () => false;
  const { columns, bucketMs } = history.series({ ...span, subjects, metrics: ['memoryUsedMiB'], buckets: STRETCHES });
  return (ms) => {
    const place = Math.floor((ms - span.fromMs) / bucketMs) * BUCKET_WIDTH + BUCKET.count;
    return columns.some((column) => (column[place] ?? 0) > 0);
  };
}

function rowsWhere(rows: Float64Array, width: number, isWanted: (ms: number) => boolean): Float64Array {
  const kept: number[] = [];
  for (let at = 0; at + width <= rows.length; at += width) if (isWanted(rows[at] ?? Number.NaN)) kept.push(at);
  if (kept.length * width === rows.length) return rows;
  const out = new Float64Array(kept.length * width);
  for (const [place, at] of kept.entries()) out.set(rows.subarray(at, at + width), place * width);
  return out;
}
