import { z } from 'zod';
import { GpuProcess } from './capabilities/gpu/contract.ts';
import { EpochMs, GpuUuid, Numbers, UnitName } from './identifiers.ts';

/** A state of a unit of the lab's past, as `systemctl show` would have reported it. */
const UnitChange = z.object({
  at: EpochMs,
  unit: UnitName,
  loadState: z.string(),
  activeState: z.string(),
  subState: z.string(),
  result: z.string(),
  unitFileState: z.string(),
  type: z.string(),
  execMainCode: z.number().nullable(),
  execMainStatus: z.number().nullable(),
  restarts: z.number().nullable(),
});
export type PastUnitChange = z.infer<typeof UnitChange>;

const BackendChange = z.object({
  at: EpochMs,
  name: z.string(),
  isHealthy: z.boolean().nullable(),
  isReady: z.boolean().nullable(),
  error: z.string().nullable(),
});
export type PastBackendChange = z.infer<typeof BackendChange>;

/** An image run of this panel through the gateway; `error` null = made. */
const PastRun = z.object({ at: EpochMs, model: z.string(), elapsedMs: z.number(), error: z.string().nullable() });
export type PastRun = z.infer<typeof PastRun>;

/** What a panel that had watched the lab's host would have recorded. Rows have the columns of shared/series-kinds.ts. */
export const LabPastPart = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('gpu'), gpuUuid: GpuUuid, rows: Numbers }),
  z.object({ kind: z.literal('processes'), lists: z.array(z.object({ at: EpochMs, processes: z.array(GpuProcess) })) }),
  z.object({ kind: z.literal('units'), changes: z.array(UnitChange) }),
  z.object({ kind: z.literal('backends'), changes: z.array(BackendChange) }),
  z.object({
    kind: z.literal('connection'),
    changes: z.array(z.object({ at: EpochMs, state: z.string(), detail: z.string().nullable() })),
  }),
  z.object({ kind: z.literal('runs'), runs: z.array(PastRun) }),
  z.object({ kind: z.literal('slots'), backendClass: z.string(), routeKind: z.string(), rows: Numbers }),
  z.object({ kind: z.literal('requests'), rows: Numbers }),
  z.object({ kind: z.literal('link'), subject: z.string(), rows: Numbers }),
]);
export type LabPastPart = z.infer<typeof LabPastPart>;

/** How far back the lab's past reaches. */
export const LAB_PAST_MS = 48 * 3_600_000;
