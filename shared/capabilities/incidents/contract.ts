import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { EpochMs, GpuUuid } from '../../identifiers.ts';

/** Most incidents of one answer; the newest are kept. */
export const MAX_INCIDENTS = 500;
/** Most lines of evidence of one incident. */
export const MAX_EVIDENCE_LINES = 8;

/**
 * `out-of-memory`: a program found no free VRAM. `host-out-of-memory`: the kernel ended a program for want of memory. `vram-leak`: VRAM
 * that did not come back. `throttling`: the hardware slows the GPU down. `power-limit`: it runs at its power limit, as is usual under load.
 */
export const INCIDENT_KINDS = ['out-of-memory', 'host-out-of-memory', 'vram-leak', 'throttling', 'thermal', 'power-limit', 'xid'] as const;
export const IncidentKind = z.enum(INCIDENT_KINDS);
export type IncidentKind = z.infer<typeof IncidentKind>;

export const Incident = z
  .object({
    /** The same for the same incident whenever it is asked for, as long as its beginning is in the readings. */
    id: z.string(),
    kind: IncidentKind,
    severity: z.enum(['critical', 'warning', 'info']),
    beginMs: EpochMs,
    /** Null = still. Equal to `beginMs` for what happens at one moment. */
    endMs: EpochMs.nullable(),
    /** Readings are missing before the beginning or after the end, so that the incident may have lasted longer. */
    cut: z.object({ begin: z.boolean(), end: z.boolean() }).readonly(),
    /** Null = no GPU, or unknown which. */
    gpuUuid: GpuUuid.nullable(),
    /** Service that was affected; null = none or unknown. */
    unit: z.string().nullable(),
    /** Unit or program; null = unknown. */
    who: z.string().nullable(),
    summary: z.string(),
    /** Log lines and figures, oldest first, without secrets. */
    evidence: z.array(z.string()).max(MAX_EVIDENCE_LINES).readonly(),
  })
  .readonly();
export type Incident = z.infer<typeof Incident>;

const Span = z.object({ fromMs: EpochMs, toMs: EpochMs });

export const IncidentList = z
  .object({
    /** Oldest first. */
    incidents: z.array(Incident),
    /** True when older ones were left out. */
    isCapped: z.boolean(),
    /** What could not be read, as sentences: incidents of these sources are unknown. */
    unread: z.array(z.string()),
  })
  .readonly();
export type IncidentList = z.infer<typeof IncidentList>;

export const incidentCalls = [
  /** Incidents that overlap the span, oldest first. Reads the log of the host where it is online. */
  hostCall('incidents.list', Span, IncidentList),
] as const;

export const incidentEvents = [
  /** A new one began, or one that was seen before ended. */
  hostEvent('incidents.changed', Incident),
] as const;
