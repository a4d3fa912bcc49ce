import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SetupRun, SetupStep } from '../../../shared/capabilities/setup/contract.ts';
import { openJsonFile } from '../../foundation/files/json-file.ts';
import { readLeniently } from '../../foundation/files/lenient.ts';
import type { SaveMonitor } from '../../foundation/files/save-monitor.ts';
import type { Logger } from '../../foundation/log/log.ts';

const Values = z.record(z.string(), z.string());

/** A run as it survives the panel; secrets are not among the values. */
export const SavedRun = z.object({
  run: SetupRun,
  /** Identifies the holder of the host's lock. */
  token: z.string(),
  chosen: z.array(z.object({ recipe: z.string(), values: Values })),
  /** Keys of the actions that were shown and confirmed. */
  shownKeys: z.array(z.string()),
  /** What the report names besides the run: the host when the plan was made, and the steps that were shown. */
  shown: z.object({ host: z.array(z.string()), steps: z.array(SetupStep) }),
  /** Markdown; null before the run ended. */
  report: z.string().nullable(),
});
export type SavedRun = z.infer<typeof SavedRun>;

const Saved = z.object({
  lastRun: SavedRun.nullable(),
  /** Values of parameters by recipe. */
  values: z.record(z.string(), Values),
  /** When a report was last saved to a file, epoch ms. */
  reportSavedAt: z.number().nullable(),
});
type Saved = z.infer<typeof Saved>;

const EMPTY: Saved = { lastRun: null, values: {}, reportSavedAt: null };

/** What setup remembers of one host on this computer. */
export interface SetupStore {
  run(): SavedRun | null;
  saveRun(run: SavedRun | null): void;
  values(): Saved['values'];
  reportSavedAt(): number | null;
  saveReportSavedAt(savedAt: number): void;
  saveValues(recipe: string, values: Readonly<Record<string, string>>): void;
}

const fileOf = (dataFolder: string, hostId: string): string => join(dataFolder, 'setup', `${hostId}.json`);

export function openSetupStore(o: {
  readonly dataFolder: string;
  readonly hostId: string;
  readonly saves: SaveMonitor;
  readonly log: Logger;
}): SetupStore {
  const file = openJsonFile<Saved>({
    file: fileOf(o.dataFolder, o.hostId),
    understand: (raw) => readLeniently(Saved, raw, EMPTY),
    fallback: EMPTY,
    saves: o.saves,
    log: o.log,
  });
  return {
    run: () => file.read().lastRun,
    saveRun: (lastRun) => file.write({ ...file.read(), lastRun }),
    values: () => file.read().values,
    reportSavedAt: () => file.read().reportSavedAt,
    saveReportSavedAt: (reportSavedAt) => file.write({ ...file.read(), reportSavedAt }),
    saveValues: (recipe, values) => file.write({ ...file.read(), values: { ...file.read().values, [recipe]: { ...values } } }),
  };
}

/** Deletes what is remembered of a host. */
export function forgetSetup(dataFolder: string, hostId: string): void {
  rmSync(fileOf(dataFolder, hostId), { force: true });
}
