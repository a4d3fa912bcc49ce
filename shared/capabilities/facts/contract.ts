import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { EpochMs } from '../../identifiers.ts';

/** Facts read once a connection; null = the host did not say. */
export const HostFacts = z
  .object({
    takenAt: EpochMs,
    osName: z.string().nullable(),
    kernel: z.string().nullable(),
    bootId: z.string().nullable(),
    uptimeS: z.number().nullable(),
    cpuCount: z.number().nullable(),
    memoryTotalMiB: z.number().nullable(),
    memoryAvailableMiB: z.number().nullable(),
    rootAvailableBytes: z.number().nullable(),
    rootTotalBytes: z.number().nullable(),
    systemdVersion: z.string().nullable(),
    user: z.string().nullable(),
    groups: z.array(z.string()),
    /** Host clock minus the clock of this computer, less half a round trip. */
    clockOffsetMs: z.number().nullable(),
  })
  .readonly();
export type HostFacts = z.infer<typeof HostFacts>;

export const factCalls = [hostCall('facts.state', z.void(), HostFacts.nullable())] as const;

export const factEvents = [hostEvent('facts.changed', HostFacts.nullable())] as const;
