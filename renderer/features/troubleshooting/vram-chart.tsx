import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { TroubleshootingAnswer } from '../../../shared/capabilities/troubleshooting/contract.ts';
import { bridge } from '../../bridge.ts';
import { closeAnswer } from '../../stores/troubleshooting.ts';
import { Card } from '../../ui/card.tsx';
import { ChartGroup, type ChosenMoment } from '../../ui/time-series/chart-group.tsx';
import { TimeSeries } from '../../ui/time-series/time-series.tsx';
import type { ChartPoint } from '../../ui/time-series/types.ts';
import { VRAM } from '../gpu/charts.ts';
import { offerLogsAndGpu } from '../history/moment-menu.ts';
import { storedPoints } from '../history/stored-points.ts';
import { describeVramAt, TEXT } from './text.ts';

const BUCKETS = 150;
const HEIGHT_PX = 130;
const NO_POINTS: readonly ChartPoint[] = [];

/** The pages that show a moment lie behind the answer. */
const offerElsewhere = (moment: ChosenMoment): void => offerLogsAndGpu(moment, closeAnswer);

/** VRAM in use around the moment, from the stored readings. */
export function VramChart({ moment, hostId }: { readonly moment: NonNullable<TroubleshootingAnswer['moment']>; readonly hostId: string }) {
  const { gpuUuid, at, fromMs, toMs, totalMiB } = moment;
  const query = useQuery({
    queryKey: ['history.series', 'troubleshooting', hostId, gpuUuid, fromMs, toMs],
    queryFn: () =>
      bridge.history.series({ hostId, kind: 'gpu', subjects: [gpuUuid], metrics: ['memoryUsedMiB'], fromMs, toMs, buckets: BUCKETS }),
  });
  const points = useMemo(() => (query.data === undefined ? NO_POINTS : storedPoints(query.data, [0], VRAM.scale)), [query.data]);
  const limit = useMemo(
    () => (totalMiB === null ? null : { value: totalMiB * VRAM.scale, label: VRAM.unit.full(totalMiB * VRAM.scale) }),
    [totalMiB],
  );
  return (
    <Card title={describeVramAt(at)} quietTitle compact>
      <ChartGroup onMoment={offerElsewhere}>
        <TimeSeries
          title={describeVramAt(at)}
          series={VRAM.series}
          points={points}
          bucketMs={query.data?.bucketMs ?? (toMs - fromMs) / BUCKETS}
          fromMs={fromMs}
          toMs={toMs}
          nowMs={toMs}
          unit={VRAM.unit}
          heightPx={HEIGHT_PX}
          limit={limit}
          empty={TEXT.noReadings}
        />
      </ChartGroup>
    </Card>
  );
}
