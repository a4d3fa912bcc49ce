import { useQuery } from '@tanstack/react-query';
import { memo, useMemo } from 'react';
import { valuesOfBuckets } from '../../../shared/buckets.ts';
import type { SeriesRequest } from '../../../shared/capabilities/history/contract.ts';
import { bridge } from '../../bridge.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { Brush } from '../../ui/time-series/brush.tsx';
import { useChartGroup, useZoom } from '../../ui/time-series/chart-group.tsx';
import type { TimeSpan } from '../../ui/time-series/types.ts';
import { useRangeMs } from './range-controls.tsx';
import { MAX_RANGE_MS } from './ranges.ts';
import { TEXT } from './text.ts';
import { useChartClock } from './use-chart-clock.ts';

const BUCKETS = 192;
const STEP_MS = MAX_RANGE_MS / BUCKETS;

export interface RangeBrushProps {
  /** One series, of which the whole 48 h are drawn. */
  readonly selection: Pick<SeriesRequest, 'hostId' | 'kind' | 'subjects' | 'metrics'>;
  /** The value at the top; null = the greatest. */
  readonly max: number | null;
  readonly color: string;
  /** What is drawn, for screen readers. */
  readonly label: string;
}

/** The last 48 h under the charts, with the window that they show. */
export const RangeBrush = memo(function RangeBrush({ selection, max, color, label }: RangeBrushProps) {
  const group = useChartGroup();
  const zoom = useZoom();
  const rangeMs = useRangeMs();
  const nowMs = useChartClock(30_000);
  const endMs = Math.ceil(nowMs / STEP_MS) * STEP_MS;
  const { data } = useQuery({
    queryKey: ['history', 'brush', selection, endMs],
    queryFn: () => bridge.history.series({ ...selection, fromMs: endMs - MAX_RANGE_MS, toMs: endMs, buckets: BUCKETS }),
    placeholderData: (previous) => previous,
    gcTime: 60_000,
  });
  const values = useMemo(() => valuesOfBuckets(data?.columns[0], 'mean'), [data]);
  const top = max ?? values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const fromMs = Math.min(endMs - MAX_RANGE_MS, zoom?.fromMs ?? endMs);
  const bounds = useMemo(() => ({ fromMs, toMs: endMs }), [fromMs, endMs]);
  const span = useMemo(() => zoom ?? { fromMs: nowMs - rangeMs, toMs: nowMs }, [zoom, nowMs, rangeMs]);
  const isWhole = fromMs === endMs - MAX_RANGE_MS;
  const onChange = (next: TimeSpan) => {
    // The chosen range at the end of the strip is the live range again.
    const isLive = next.toMs >= nowMs - STEP_MS / 4 && Math.abs(next.toMs - next.fromMs - rangeMs) < STEP_MS;
    group.setState({ zoom: isLive ? null : next, crosshairMs: null });
  };
  return (
    <section className="ada-range-brush" aria-label={TEXT.overview}>
      <Brush bounds={bounds} span={span} onChange={onChange}>
        {isWhole ? <Sparkline values={values} max={top} color={color} label={label} /> : null}
      </Brush>
    </section>
  );
});
