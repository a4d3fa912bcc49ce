import { useQuery } from '@tanstack/react-query';
import { bridge } from '../../bridge.ts';
import { useGpuStatus } from '../../stores/gpu.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { storedPoints } from '../history/stored-points.ts';

const HOUR_MS = 3_600_000;
const HOURS = 48;
const REREAD_MS = 300_000;

/** In how many of the last 48 hours the GPU was read; null = unknown. */
export function useMonitoredHours(): number | null {
  const hostId = useHostId();
  const [gpu] = useGpuStatus().gpus;
  const uuid = gpu?.uuid ?? null;
  const { data } = useQuery({
    queryKey: ['history', 'monitored-hours', hostId, uuid],
    enabled: hostId !== null && uuid !== null,
    refetchInterval: REREAD_MS,
    queryFn: async () => {
      if (hostId === null || uuid === null) return null;
      const toMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
      const answer = await bridge.history.series({
        hostId,
        kind: 'gpu',
        subjects: [uuid],
        metrics: ['memoryUsedMiB'],
        fromMs: toMs - HOURS * HOUR_MS,
        toMs,
        buckets: HOURS,
      });
      return storedPoints(answer, [0], 1).length;
    },
  });
  return data ?? null;
}
