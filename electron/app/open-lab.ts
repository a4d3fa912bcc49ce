import type { LabHostInfo } from '../../shared/lab-hosts.ts';
import type { LabPastPart } from '../../shared/lab-past.ts';
import type { HistoryStore } from '../capabilities/history/source.ts';
import type { RunningLab } from '../capabilities/running-lab.ts';
import type { Logger } from '../foundation/log/log.ts';
import { createPastImport } from './lab-past.ts';
import { startLabProcess } from './lab-process.ts';

/**
 * Starts a built-in lab, with two days of a past in the history unless it is bare or `hasPast` is false. `isPainted` settles when the window
 * shows what is known: nothing is read for the past before. Throws `lab-not-started`.
 */
export async function openLab(
  info: LabHostInfo,
  o: {
    readonly labScript: string;
    readonly history: HistoryStore;
    readonly hasPast: boolean;
    readonly isPainted: Promise<unknown>;
    readonly log: Logger;
    readonly now: () => number;
  },
): Promise<RunningLab> {
  if (!o.hasPast || info.isBare) return await startLabProcess(info, o.labScript, o.log);
  const early: LabPastPart[] = [];
  let take = (part: LabPastPart): void => void early.push(part);
  const lab = await startLabProcess(info, o.labScript, o.log, { onPast: (part) => take(part) });
  await o.isPainted;
  // Before the lab is connected, so that its readings are not taken for those of an earlier start.
  take = createPastImport({ history: o.history, lab, nowMs: o.now() });
  for (const part of early) take(part);
  return lab;
}
