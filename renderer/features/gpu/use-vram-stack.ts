import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { SERIES_LIMITS } from '../../../shared/capabilities/history/contract.ts';
import { parseProcessSubject } from '../../../shared/process-subjects.ts';
import { bridge } from '../../bridge.ts';
import { processListsOf } from '../../stores/gpu.ts';
import type { ChartStack } from '../../ui/time-series/types.ts';
import type { ChartSpan } from '../history/use-chart-span.ts';
import { type StoredHolders, stackOf } from './vram-stack.ts';

/** VRAM by process over the span: stored history, with the live lists at its end. */
export function useVramStack(hostId: string, gpuUuid: string, { span, bucketMs, nowMs, requested }: ChartSpan): ChartStack {
  const { data } = useQuery({
    queryKey: ['history', 'processes', hostId, gpuUuid, requested],
    queryFn: async (): Promise<StoredHolders | null> => {
      const { fromMs, toMs } = requested;
      const all = await bridge.history.subjects({ hostId, kind: 'process', fromMs, toMs });
      const subjects = all.filter((subject) => parseProcessSubject(subject)?.gpuUuid === gpuUuid).slice(0, SERIES_LIMITS.subjects);
      if (subjects.length === 0) return null;
      const answer = await bridge.history.series({ hostId, kind: 'process', subjects, metrics: ['memoryUsedMiB'], ...requested });
      return { subjects, answer };
    },
    placeholderData: (previous, query) => (query?.queryKey[2] === hostId && query.queryKey[3] === gpuUuid ? previous : undefined),
    gcTime: 60_000,
  });
  return useMemo(
    () => stackOf({ stored: data ?? null, lists: processListsOf(hostId), gpuUuid, span, bucketMs, nowMs }),
    [data, hostId, gpuUuid, span, bucketMs, nowMs],
  );
}
