import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CheckResult, CheckRunSummary, CheckSchedule } from '../../../shared/capabilities/checks/contract.ts';
import { openJsonFile } from '../../foundation/files/json-file.ts';
import { readLeniently } from '../../foundation/files/lenient.ts';
import type { SaveMonitor } from '../../foundation/files/save-monitor.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { FreshResult } from './run-checks.ts';

/** Runs that are remembered; four weeks of a run a day are 28. */
const MAX_RUNS = 200;

const Saved = z.object({
  results: z.array(CheckResult),
  history: z.array(CheckRunSummary),
  schedule: CheckSchedule.nullable(),
});
type Saved = z.infer<typeof Saved>;

const EMPTY: Saved = { results: [], history: [], schedule: null };

/** Results, runs and schedule of the checks of one host, on this computer. */
export interface CheckStore {
  results(): readonly CheckResult[];
  /** Returns it with the time since when this verdict is found. */
  saveResult(result: FreshResult): CheckResult;
  history(): readonly CheckRunSummary[];
  addRun(run: CheckRunSummary): void;
  schedule(): CheckSchedule | null;
  saveSchedule(schedule: CheckSchedule | null): void;
}

/** A result with the time when its verdict began: that of the one before where the verdict is the same. */
export function withSince(result: FreshResult, before: CheckResult | undefined): CheckResult {
  return { ...result, since: before?.verdict === result.verdict ? before.since : result.takenAt };
}

const fileOf = (dataFolder: string, hostId: string): string => join(dataFolder, 'checks', `${hostId}.json`);

export function openCheckStore(o: {
  readonly dataFolder: string;
  readonly hostId: string;
  readonly saves: SaveMonitor;
  readonly log: Logger;
}): CheckStore {
  const file = openJsonFile<Saved>({
    file: fileOf(o.dataFolder, o.hostId),
    understand: (raw) => readLeniently(Saved, raw, EMPTY),
    fallback: EMPTY,
    saves: o.saves,
    log: o.log,
  });
  /** Results arrive faster than a file is worth writing; a run is written whole. */
  let fresh = new Map(file.read().results.map((result) => [result.id, result]));
  return {
    results: () => [...fresh.values()],
    saveResult: (result) => {
      const known = withSince(result, fresh.get(result.id));
      fresh = new Map(fresh).set(result.id, known);
      return known;
    },
    history: () => file.read().history,
    addRun: (run) =>
      file.write({ ...file.read(), results: [...fresh.values()], history: [run, ...file.read().history].slice(0, MAX_RUNS) }),
    schedule: () => file.read().schedule,
    saveSchedule: (schedule) => file.write({ ...file.read(), schedule }),
  };
}

/** For a run that nothing is remembered of. */
export function checkStoreInMemory(): CheckStore {
  const results = new Map<string, CheckResult>();
  return {
    results: () => [...results.values()],
    saveResult: (result) => {
      const known = withSince(result, results.get(result.id));
      results.set(result.id, known);
      return known;
    },
    history: () => [],
    addRun: () => {},
    schedule: () => null,
    saveSchedule: () => {},
  };
}

/** Deletes what is remembered of a host. */
export function forgetChecks(dataFolder: string, hostId: string): void {
  rmSync(fileOf(dataFolder, hostId), { force: true });
}
