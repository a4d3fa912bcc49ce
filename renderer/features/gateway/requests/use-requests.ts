import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type GatewayRequests, REQUEST_BUCKET_WIDTH, type RequestFilter } from '../../../../shared/capabilities/gateway/requests.ts';
import { useHostBridge } from '../../../stores/host-context.tsx';
import type { ChartPoint } from '../../../ui/time-series/types.ts';
import type { ChartSpan } from '../../history/use-chart-span.ts';

const REFRESH_INTERVAL_MS = 5_000;
/** While a long log is read for the first time. */
const CATCH_UP_INTERVAL_MS = 200;

/** The requests of the gateway's log in the range of the charts; the previous answer stays while the next one loads. */
export function useRequests(machine: string | null, key: readonly unknown[], times: ChartSpan, filters: readonly RequestFilter[]) {
  const host = useHostBridge();
  const { requested, bucketMs } = times;
  return useQuery({
    queryKey: ['gateway.requests', ...key, machine, requested, bucketMs, filters],
    queryFn: () =>
      host.gateway.requests({ machine: machine ?? '', fromMs: requested.fromMs, toMs: requested.toMs, bucketMs, filters: [...filters] }),
    enabled: machine !== null,
    refetchInterval: ({ state: { data } }) => (data?.kind === 'read' && data.progress < 1 ? CATCH_UP_INTERVAL_MS : REFRESH_INTERVAL_MS),
    placeholderData: (previous, query) =>
      query?.queryKey[1] === key[0] && query?.queryKey[1 + key.length] === machine ? previous : undefined,
    gcTime: 60_000,
  });
}

export interface RequestPoints {
  readonly outcomes: readonly ChartPoint[];
  readonly latency: readonly ChartPoint[];
}

/** The buckets as points of the two charts; a bucket that the log does not cover is no point. */
export function useRequestPoints(answer: GatewayRequests | undefined, times: ChartSpan): RequestPoints {
  const buckets = answer?.kind === 'read' ? answer.buckets : null;
  const { bucketMs, span } = times;
  return useMemo(() => (buckets === null ? NONE : pointsOf(buckets, bucketMs, span)), [buckets, bucketMs, span]);
}

const NONE: RequestPoints = { outcomes: [], latency: [] };

export function pointsOf(buckets: Float64Array, bucketMs: number, span: ChartSpan['span']): RequestPoints {
  const outcomes: ChartPoint[] = [];
  const latency: ChartPoint[] = [];
  for (let at = 0; at + REQUEST_BUCKET_WIDTH <= buckets.length; at += REQUEST_BUCKET_WIDTH) {
    const [startMs = Number.NaN, accepted = Number.NaN, ...rest] = buckets.subarray(at, at + REQUEST_BUCKET_WIDTH);
    if (Number.isNaN(accepted) || startMs + bucketMs <= span.fromMs || startMs >= span.toMs) continue;
    const middle = startMs + bucketMs / 2;
    outcomes.push(pointOf(middle, [accepted, ...rest.slice(0, 3)]));
    latency.push(pointOf(middle, rest.slice(3, 5)));
  }
  return { outcomes, latency };
}

function pointOf(at: number, values: readonly number[]): ChartPoint {
  const known = values.map((value) => (Number.isNaN(value) ? null : value));
  return { at, mean: known, band: known.map((value) => (value === null ? null : [value, value])) };
}
