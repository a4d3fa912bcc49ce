import { useQuery } from '@tanstack/react-query';
import type { GatewayProfile } from '../../../shared/capabilities/gateway/contract.ts';
import type { SeriesRequest } from '../../../shared/capabilities/history/contract.ts';
import { bridge } from '../../bridge.ts';
import type { ChartSpan } from '../history/use-chart-span.ts';

const REFRESH_INTERVAL_MS = 4_000;

/** A gateway with the host that it belongs to. */
export interface GatewayOfHost {
  readonly hostId: string;
  readonly profile: GatewayProfile;
}

/** Stored series for a chart, refreshed as often as a new bucket can change it; the previous data stays while the next loads. */
export function useStoredSeries(
  selection: Pick<SeriesRequest, 'hostId' | 'kind' | 'subjects' | 'metrics'>,
  requested: ChartSpan['requested'],
  bucketMs: number,
) {
  const { hostId, kind, subjects } = selection;
  return useQuery({
    queryKey: ['history', 'series', hostId, kind, subjects, requested],
    queryFn: () => bridge.history.series({ ...selection, ...requested }),
    refetchInterval: Math.max(REFRESH_INTERVAL_MS, bucketMs / 4),
    placeholderData: (previous, query) =>
      query?.queryKey[2] === hostId && JSON.stringify(query.queryKey[4]) === JSON.stringify(subjects) ? previous : undefined,
    gcTime: 60_000,
  });
}
