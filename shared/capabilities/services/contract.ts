import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs, HostId, UnitName } from '../../identifiers.ts';

export const VERBS = ['start', 'stop', 'restart', 'enable', 'disable', 'reset-failed'] as const;
export const Verb = z.enum(VERBS);
export type Verb = z.infer<typeof Verb>;

/** What the words of systemd amount to for the operator. */
export const ServiceVerdict = z
  .object({ tone: z.enum(['good', 'warning', 'bad', 'unknown', 'off', 'busy']), word: z.string(), why: z.string().nullable() })
  .readonly();
export type ServiceVerdict = z.infer<typeof ServiceVerdict>;

/** One unit as `systemctl show` reports it; null = `[not set]`, absent or never. Times are host clock. */
export const ServiceUnit = z
  .object({
    name: UnitName,
    description: z.string(),
    loadState: z.string(),
    activeState: z.string(),
    subState: z.string(),
    result: z.string(),
    unitFileState: z.string(),
    type: z.string(),
    mainPid: z.number().int().nullable(),
    /** 1 exited, 2 killed, 3 dumped (CLD_*). */
    execMainCode: z.number().int().nullable(),
    execMainStatus: z.number().int().nullable(),
    restarts: z.number().int().nullable(),
    memoryCurrentBytes: z.number().nullable(),
    cpuUsageNs: z.number().nullable(),
    /** CPU use since the last reading, in percent of one core. */
    cpuPercent: z.number().nullable(),
    tasksCurrent: z.number().nullable(),
    activeEnteredAt: EpochMs.nullable(),
    stateChangedAt: EpochMs.nullable(),
    invocationId: z.string().nullable(),
    fragmentPath: z.string().nullable(),
    needsDaemonReload: z.boolean(),
    /** The queued job's number, when one runs. */
    job: z.number().int().nullable(),
    requiredBy: z.array(z.string()),
    verdict: ServiceVerdict,
    pinned: z.boolean(),
    takenAt: EpochMs,
  })
  .readonly();
export type ServiceUnit = z.infer<typeof ServiceUnit>;

export const ServicesState = z
  .object({
    hostId: HostId.nullable(),
    /** In the operator's order. */
    units: z.array(ServiceUnit),
    takenAt: EpochMs.nullable(),
    error: PanelErrorSchema.nullable(),
    /** Whether systemctl may be run as root without asking; null = not known yet. */
    sudoWithoutPassword: z.boolean().nullable(),
  })
  .readonly();
export type ServicesState = z.infer<typeof ServicesState>;

/** What a verb would do beyond the unit itself; the main process shows it before it is done. */
export const Consequences = z
  .object({
    unit: UnitName,
    verb: Verb,
    hostLabel: z.string(),
    alsoStops: z.array(z.string()),
    heldVramMiB: z.number().nullable(),
    /** Sentences for the dialog, in order. */
    sentences: z.array(z.string()),
    needsConfirmation: z.boolean(),
  })
  .readonly();
export type Consequences = z.infer<typeof Consequences>;

export const ActionProgress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('asking-sudo'), actionId: z.string(), unit: UnitName, verb: Verb, startedAt: EpochMs }),
  z.object({
    kind: z.literal('running'),
    actionId: z.string(),
    unit: UnitName,
    verb: Verb,
    startedAt: EpochMs,
    activeState: z.string(),
    subState: z.string(),
  }),
  z.object({
    kind: z.literal('done'),
    actionId: z.string(),
    unit: UnitName,
    verb: Verb,
    startedAt: EpochMs,
    elapsedMs: z.number(),
    activeState: z.string(),
    subState: z.string(),
  }),
  z.object({
    kind: z.literal('failed'),
    actionId: z.string(),
    unit: UnitName,
    verb: Verb,
    startedAt: EpochMs,
    elapsedMs: z.number(),
    error: PanelErrorSchema,
    /** The journal's last lines of that run, oldest first. */
    lastLines: z.array(z.string()),
  }),
]);
export type ActionProgress = z.infer<typeof ActionProgress>;

/** One line of a unit's newest run. Time by the host's clock. */
export const RunLine = z
  .object({
    at: EpochMs,
    severity: z.enum(['error', 'warning', 'info', 'debug']),
    text: z.string(),
    /** False = systemd's own line about the unit. */
    isOfProgram: z.boolean(),
  })
  .readonly();
export type RunLine = z.infer<typeof RunLine>;

/** One run of a unit as the host's journal has it. Times by the host's clock. */
export const ServiceRun = z
  .object({
    startedAt: EpochMs,
    /** Null = still running, or not known. */
    endedAt: EpochMs.nullable(),
    /** `host-ended`: the host was shut down or lost power meanwhile. */
    ending: z.enum(['running', 'stopped', 'failed', 'host-ended', 'unknown']),
    /** Why it failed, as part of a sentence. */
    why: z.string().nullable(),
    /** What started it: this panel, systemd by itself after a failure, the boot; unknown = an operator or a program outside of the panel. */
    cause: z.enum(['panel', 'systemd', 'boot', 'unknown']),
  })
  .readonly();
export type ServiceRun = z.infer<typeof ServiceRun>;

export const serviceCalls = [
  hostCall('services.state', z.void(), ServicesState),
  hostCall('services.refresh', z.void(), ServicesState),
  /** Returns the action's id as soon as it has started; its progress comes as events. */
  hostCall('services.act', z.object({ unit: UnitName, verb: Verb }), z.object({ actionId: z.string() })),
  /** The newest lines of a unit's newest run, oldest first; a run that systemd began by itself may have those of the run before. */
  hostCall('services.lastLines', z.object({ unit: UnitName, count: z.number().int().min(1).max(200) }), z.array(RunLine)),
  /** The last runs of a unit, newest first. */
  hostCall('services.runs', z.object({ unit: UnitName }), z.array(ServiceRun)),
  /** All service units the host knows, for the pin dialog. */
  hostCall('services.discover', z.void(), z.array(z.object({ name: UnitName, description: z.string(), activeState: z.string() }))),
  hostCall('services.pin', z.object({ unit: UnitName, pinned: z.boolean() }), z.void()),
  hostCall('services.order', z.object({ units: z.array(UnitName).max(1000) }), z.void()),
] as const;

export const serviceEvents = [hostEvent('services.changed', ServicesState), hostEvent('services.action', ActionProgress)] as const;
