import { z } from 'zod';
import { hostCall } from '../../contract/define.ts';
import { EpochMs } from '../../identifiers.ts';

const HOUR_MS = 3_600_000;
/** A shorter span has too few readings, a longer one is not stored. */
export const REPORT_LIMITS = { minMs: HOUR_MS, maxMs: 31 * 24 * HOUR_MS } as const;

export const REPORT_FORMATS = ['markdown', 'html', 'pdf'] as const;
export const ReportFormat = z.enum(REPORT_FORMATS);
export type ReportFormat = z.infer<typeof ReportFormat>;

export const ReportRequest = z
  .object({
    fromMs: EpochMs,
    toMs: EpochMs,
    /** What happened in the span, as the panel and the host recorded it. */
    monitoring: z.boolean(),
    /** Versions, units, ports and files as they are now. */
    configuration: z.boolean(),
  })
  .readonly()
  .refine(({ fromMs, toMs }) => toMs - fromMs >= REPORT_LIMITS.minMs && toMs - fromMs <= REPORT_LIMITS.maxMs, 'no span of a report')
  .refine(({ monitoring, configuration }) => monitoring || configuration, 'a report of nothing');
export type ReportRequest = z.infer<typeof ReportRequest>;

/** A report that was made; it is saved as it is shown. */
export const MadeReport = z
  .object({
    title: z.string(),
    markdown: z.string(),
    takenAt: EpochMs,
    elapsedMs: z.number(),
  })
  .readonly();
export type MadeReport = z.infer<typeof MadeReport>;

export const reportCalls = [
  /** Reads what is stored and, where the host is online, what the host kept. Never throws for what cannot be read: the report says so. */
  hostCall('report.make', ReportRequest, MadeReport),
  /** Saves the report that was made last; null when the operator cancelled. Throws report-not-made, report-not-printed. */
  hostCall('report.save', z.object({ format: ReportFormat }), z.object({ savedTo: z.string().nullable() })),
] as const;
