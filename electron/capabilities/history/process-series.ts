import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import { holderOf, processSubject } from '../../../shared/process-subjects.ts';

/** Holders of one host that are stored apart; programs beyond it are summed up as `others`. */
const MAX_HOLDERS = 100;
/** A holder that was not in a list for so long makes room for another. */
const FORGET_AFTER_MS = 3_600_000;

/** Rows of the series `process` by subject, each a time and MiB. */
export type ProcessRows = ReadonlyMap<string, Float64Array>;

/** Turns the process lists of one host into rows of the series `process`. */
export interface ProcessSeries {
  rowsOf(processes: readonly GpuProcess[], atMs: number): ProcessRows;
}

/**
 * One row for every holder of a list; NaN where the driver does not report one of its amounts. A holder that the list no longer contains
 * gets one row of 0 MiB, so that its end is known from a gap in the readings.
 */
export function createProcessSeries(): ProcessSeries {
  /** Time of the last list with each holder, epoch ms. */
  const known = new Map<string, number>();
  let before = new Set<string>();

  const subjectOf = (process: GpuProcess, atMs: number): string => {
    const subject = processSubject(process.gpuUuid, holderOf(process));
    if (!known.has(subject) && known.size >= MAX_HOLDERS) return processSubject(process.gpuUuid, { kind: 'others', name: '' });
    known.set(subject, atMs);
    return subject;
  };

  return {
    rowsOf: (processes, atMs) => {
      for (const [subject, lastMs] of known) if (atMs - lastMs > FORGET_AFTER_MS) known.delete(subject);
      const held = new Map<string, number>();
      for (const process of processes) {
        const subject = subjectOf(process, atMs);
        held.set(subject, (held.get(subject) ?? 0) + (process.memoryUsedMiB ?? Number.NaN));
      }
      const present = new Set(held.keys());
      for (const subject of before) if (!present.has(subject)) held.set(subject, 0);
      before = present;
      return new Map([...held].map(([subject, memoryUsedMiB]) => [subject, Float64Array.of(atMs, memoryUsedMiB)]));
    },
  };
}
