import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs, GpuUuid, HostId, Numbers } from '../../identifiers.ts';

/** Why a cell held no number. */
export const UnknownReason = z.enum(['absent', 'no-permission', 'error', 'lost', 'deprecated']);
export type UnknownReason = z.infer<typeof UnknownReason>;

export const GpuIdentity = z
  .object({
    uuid: GpuUuid,
    index: z.number().int(),
    name: z.string(),
    driverVersion: z.string().nullable(),
    busId: z.string().nullable(),
    memoryTotalMiB: z.number().nullable(),
    powerLimitW: z.number().nullable(),
    eccMode: z.string().nullable(),
    persistenceMode: z.string().nullable(),
    migMode: z.string().nullable(),
  })
  .readonly();
export type GpuIdentity = z.infer<typeof GpuIdentity>;

export const GpuHealth = z
  .object({
    uuid: GpuUuid,
    takenAt: EpochMs,
    eccUncorrectedVolatile: z.number().nullable(),
    eccCorrectedVolatile: z.number().nullable(),
    eccModePending: z.string().nullable(),
    remappedRowsPending: z.string().nullable(),
    remappedRowsFailure: z.string().nullable(),
    retiredPagesPending: z.string().nullable(),
    recoveryAction: z.string().nullable(),
  })
  .readonly();
export type GpuHealth = z.infer<typeof GpuHealth>;

/** One process that holds VRAM; null = the host did not say. `unit` comes from /proc/PID/cgroup. */
export const GpuProcess = z
  .object({
    gpuUuid: GpuUuid,
    /** Null = the host hides it: the process is there and cannot be identified. */
    pid: z.number().int().nullable(),
    processName: z.string(),
    memoryUsedMiB: z.number().nullable(),
    user: z.string().nullable(),
    command: z.string().nullable(),
    unit: z.string().nullable(),
    startedAt: EpochMs.nullable(),
  })
  .readonly();
export type GpuProcess = z.infer<typeof GpuProcess>;

export const XidEvent = z
  .object({ at: EpochMs, busId: z.string(), xid: z.number().int().nullable(), text: z.string(), meaning: z.string(), action: z.string() })
  .readonly();
export type XidEvent = z.infer<typeof XidEvent>;

export const GpuFault = z.enum([
  'not-installed',
  'driver-not-running',
  'library-mismatch',
  'nvml-missing',
  'no-devices',
  'gpu-lost',
  'no-permission',
  'devices-hidden',
  'unsupported',
  'hanging',
  'bad-output',
  'unknown',
]);
export type GpuFault = z.infer<typeof GpuFault>;

export const GpuState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting') }),
  z.object({ kind: z.literal('live'), since: EpochMs }),
  /** No sample for three periods; readings are old and drawn so. */
  z.object({ kind: z.literal('stale'), since: EpochMs, lastSampleAt: EpochMs }),
  z.object({ kind: z.literal('fault'), fault: GpuFault, since: EpochMs, nextTryAt: EpochMs.nullable(), error: PanelErrorSchema }),
]);
export type GpuState = z.infer<typeof GpuState>;

/** Rows of GPU_ROW_WIDTH numbers, oldest first, of one GPU. */
export const GpuBatch = z.object({ hostId: HostId, gpuUuid: GpuUuid, rows: Numbers }).readonly();
export type GpuBatch = z.infer<typeof GpuBatch>;

/**
 * What is known of the kernel's log: `read` since the host's start, so that no Xid there means none; `no-permission`: this user may
 * not read it; `empty`: the journal holds no kernel messages; `unreadable`: there is no journal. Old records have none.
 */
export const KernelLog = z.enum(['unknown', 'read', 'partial', 'no-permission', 'empty', 'unreadable']);
export type KernelLog = z.infer<typeof KernelLog>;

export const GpuStatus = z
  .object({
    hostId: HostId.nullable(),
    state: GpuState,
    gpus: z.array(GpuIdentity),
    health: z.array(GpuHealth),
    processes: z.array(GpuProcess),
    processesAt: EpochMs.nullable(),
    xids: z.array(XidEvent),
    kernelLog: KernelLog.default('unknown'),
    /** What nvidia-smi reports besides its readings, and what makes them slow. */
    warnings: z.array(PanelErrorSchema).default([]),
    /** Lines that were no sample: counted, logged, never fatal. */
    badLines: z.number().int(),
    /** Why a metric has no number on this GPU, keyed `uuid/metric`. */
    unknown: z.record(z.string(), UnknownReason),
    /** The newest row of each GPU, also the last known one at start-up. */
    latest: z.array(GpuBatch),
  })
  .readonly();
export type GpuStatus = z.infer<typeof GpuStatus>;

export const gpuCalls = [
  hostCall('gpu.status', z.void(), GpuStatus),
  /** Tries again at once after a fault. */
  hostCall('gpu.retry', z.void(), z.void()),
] as const;

export const gpuEvents = [hostEvent('gpu.samples', z.array(GpuBatch)), hostEvent('gpu.changed', GpuStatus)] as const;
