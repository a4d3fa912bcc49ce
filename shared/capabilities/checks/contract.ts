import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { LAYERS } from '../../errors.ts';
import { EpochMs } from '../../identifiers.ts';

/** What is checked together, in the order in which a request passes through it. */
export const CHECK_GROUPS = ['host', 'gpu', 'services', 'backend', 'proxy', 'gateway', 'exposure'] as const;
export const CheckGroup = z.enum(CHECK_GROUPS);
export type CheckGroup = z.infer<typeof CheckGroup>;

/** reads: changes nothing. image: makes an image. load: fills every slot of the gateway for some seconds. */
export const CHECK_COSTS = ['reads', 'image', 'load'] as const;
export const CheckCost = z.enum(CHECK_COSTS);
export type CheckCost = z.infer<typeof CheckCost>;

/** unknown: could not be found out, with the reason. skipped: this host has no use for it. */
export const CHECK_VERDICTS = ['pass', 'warn', 'fail', 'unknown', 'skipped'] as const;
export const CheckVerdict = z.enum(CHECK_VERDICTS);
export type CheckVerdict = z.infer<typeof CheckVerdict>;

const CheckId = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9_-]*$/);

export const CheckInfo = z
  .object({
    /** Stable: scripts and histories name it. */
    id: CheckId,
    title: z.string(),
    group: CheckGroup,
    layer: z.enum(LAYERS),
    cost: CheckCost,
    /** What it looks at and what is right, in one sentence. */
    about: z.string(),
  })
  .readonly();
export type CheckInfo = z.infer<typeof CheckInfo>;

export const CheckRemedy = z
  .object({
    text: z.string(),
    /** The recipe of Setup that does it; null = by hand. */
    recipe: z.string().nullable(),
  })
  .readonly();
export type CheckRemedy = z.infer<typeof CheckRemedy>;

export const CheckResult = z
  .object({
    id: CheckId,
    verdict: CheckVerdict,
    /** The fact that decided, in one sentence. */
    summary: z.string(),
    /** Lines, figures and replies as they were read. */
    evidence: z.array(z.string()),
    remedy: CheckRemedy.nullable(),
    takenAt: EpochMs,
    elapsedMs: z.number(),
    /** When this verdict was first found without another one in between. */
    since: EpochMs,
  })
  .readonly();
export type CheckResult = z.infer<typeof CheckResult>;

/** One run in the history. */
export const CheckRunSummary = z
  .object({
    startedAt: EpochMs,
    elapsedMs: z.number(),
    /** What started it. */
    by: z.enum(['operator', 'schedule', 'command-line']),
    counts: z.record(CheckVerdict, z.number().int()),
    /** Checks with these verdicts. */
    failed: z.array(CheckId),
    warned: z.array(CheckId),
    isComplete: z.boolean(),
  })
  .readonly();
export type CheckRunSummary = z.infer<typeof CheckRunSummary>;

/** A run in progress. */
export const CheckRun = z
  .object({
    startedAt: EpochMs,
    ids: z.array(CheckId),
    done: z.array(CheckId),
    /** At work now. */
    running: z.array(CheckId),
    isCancelling: z.boolean(),
    /** What it does besides reading. */
    costs: z.array(CheckCost),
  })
  .readonly();
export type CheckRun = z.infer<typeof CheckRun>;

/** How often all checks of these costs run while the panel is open. */
export const CheckSchedule = z.object({ everyHours: z.number().int().min(1).max(168), withImages: z.boolean() }).readonly();
export type CheckSchedule = z.infer<typeof CheckSchedule>;

export const ChecksState = z
  .object({
    checks: z.array(CheckInfo),
    /** The newest result of each check that was run. */
    results: z.array(CheckResult),
    run: CheckRun.nullable(),
    /** Newest first. */
    history: z.array(CheckRunSummary),
    schedule: CheckSchedule.nullable(),
    /** When the schedule runs next; null without one. */
    nextAt: EpochMs.nullable(),
    /** Why the last run ended early. */
    error: PanelErrorSchema.nullable(),
  })
  .readonly();
export type ChecksState = z.infer<typeof ChecksState>;

export const CHECK_EXPORTS = ['markdown', 'junit', 'json'] as const;

export const checkCalls = [
  hostCall('checks.state', z.void(), ChecksState),
  /** Runs these checks, or all that only read. Throws checks-running, checks-unknown. */
  hostCall('checks.run', z.object({ ids: z.array(CheckId).max(500) }), ChecksState),
  hostCall('checks.cancel', z.void(), ChecksState),
  hostCall('checks.setSchedule', z.object({ schedule: CheckSchedule.nullable() }), ChecksState),
  /** Saves the newest results to a file; null when the operator cancelled. Throws checks-not-run. */
  hostCall('checks.export', z.object({ format: z.enum(CHECK_EXPORTS) }), z.object({ savedTo: z.string().nullable() })),
] as const;

export const checkEvents = [hostEvent('checks.changed', ChecksState)] as const;
