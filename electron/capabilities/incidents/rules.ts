/**
 * What counts as an incident. The bits are those of nvml.h: a slowdown by hardware counts at once, one by software and a high temperature only after
 * minutes, the power limit as information alone, since it is usual under load.
 */
export interface IncidentRules {
  /** Hardware slowdown: one reading of the usual one a second is a blip, two in a row are none. */
  readonly hardwareHoldMs: number;
  readonly softwareThermalHoldMs: number;
  readonly hotC: number;
  readonly hotHoldMs: number;
  /** The power limit is usual under load; stretches shorter than this are one long job. */
  readonly powerLimitHoldMs: number;
  /** Stretches that are closer together than this are one incident. */
  readonly mergeMs: number;
  /** Without a reading for this long nothing is known. */
  readonly gapMs: number;
  /** Above it a job runs; an idle desktop stays below. */
  readonly idlePercent: number;
  /** Without load for this long the GPU is at rest. */
  readonly restMs: number;
  /** VRAM at rest has risen when it rises by more than this: less is the driver's own. */
  readonly leakStepMiB: number;
  /** Rises in a row, job after job: one or two are models that stay loaded. */
  readonly leakRises: number;
  readonly leakTotalMiB: number;
  /** VRAM that remains after the last process ended; less is the driver's own. */
  readonly heldMiB: number;
  /** Lines of one failure, and repetitions of it, arrive within this time. */
  readonly sameFailureMs: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

export const INCIDENT_RULES: IncidentRules = {
  hardwareHoldMs: 1.5 * SECOND_MS,
  softwareThermalHoldMs: 5 * MINUTE_MS,
  hotC: 85,
  hotHoldMs: 10 * MINUTE_MS,
  powerLimitHoldMs: 5 * MINUTE_MS,
  mergeMs: MINUTE_MS,
  gapMs: 30 * SECOND_MS,
  idlePercent: 3,
  restMs: MINUTE_MS,
  leakStepMiB: 200,
  leakRises: 3,
  leakTotalMiB: 1024,
  heldMiB: 1024,
  sameFailureMs: MINUTE_MS,
};
