import { z } from 'zod';
import { EpochMs, HostId, Numbers } from '../../identifiers.ts';

/** A field of a logged request that requests can be filtered by. */
const RequestField = z.enum(['route', 'backendClass', 'status']);

/** Only requests with this value, or, with `isOut`, only those without it; null = not logged. */
export const RequestFilter = z
  .object({ field: RequestField, value: z.union([z.string().max(200), z.number().int(), z.null()]), isOut: z.boolean() })
  .readonly();
export type RequestFilter = z.infer<typeof RequestFilter>;

export const REQUEST_LIMITS = { filters: 20, buckets: 1_200, rows: 300 } as const;

/** Requests of the gateway's log; times in epoch ms by this computer's clock. */
export const RequestsQuery = z.object({
  /** The gateway's machine; see {@link file://./machine.ts}. */
  machine: HostId,
  /** Whole minutes. */
  fromMs: EpochMs,
  toMs: EpochMs,
  bucketMs: z.number().int().min(60_000).max(86_400_000),
  filters: z.array(RequestFilter).max(REQUEST_LIMITS.filters),
});
export type RequestsQuery = z.infer<typeof RequestsQuery>;

/** Counts of requests; latencies are of accepted ones (2xx), in ms, within 1 %; null = none, or not logged. */
const Counts = {
  requests: z.number(),
  rejected429: z.number(),
  rejected503: z.number(),
  /** Other statuses from 400 on. */
  errors: z.number(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
};
export const RequestCounts = z.object(Counts).readonly();
export type RequestCounts = z.infer<typeof RequestCounts>;

/** The requests of one route. */
export const RequestGroup = z.object({ ...Counts, name: z.string().nullable(), lastAt: EpochMs }).readonly();
export type RequestGroup = z.infer<typeof RequestGroup>;

/** Columns of one bucket in `buckets`: start (epoch ms), accepted, 429, 503, other errors, p50 and p95 in ms. NaN = not known, or none. */
export const REQUEST_BUCKET_WIDTH = 7;

export const GatewayRequests = z.discriminatedUnion('kind', [
  /** Why the log cannot be read, and what would change that. */
  z.object({ kind: z.literal('unavailable'), reason: z.string(), remedy: z.string() }),
  z.object({
    kind: z.literal('read'),
    path: z.string(),
    /** When the log was read last. */
    readAt: EpochMs,
    /** Share of the log behind the last reading, 0 to 1; below 1 the rest is being read. */
    progress: z.number(),
    /** Lines that are no request. */
    badLines: z.number(),
    /** Why the newest lines are missing; null = they are not. */
    failure: z.string().nullable(),
    /** The stretches of the range that the log covers; between them its lines are lost. */
    covered: z.array(z.object({ fromMs: EpochMs, toMs: EpochMs })),
    total: RequestCounts,
    routes: z.array(RequestGroup),
    buckets: Numbers,
  }),
]);
export type GatewayRequests = z.infer<typeof GatewayRequests>;
