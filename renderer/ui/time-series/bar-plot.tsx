import { memo, useMemo } from 'react';
import { Bar, BarChart, XAxis, YAxis } from 'recharts';
import type { PlotProps } from './plot.tsx';
import { colorOf } from './series-style.ts';

export type BarPlotProps = Omit<PlotProps, 'layers'> & {
  /** The width of a bucket, of which each bar takes most. */
  readonly bucketMs: number;
};

const NO_MARGIN = { top: 0, right: 0, bottom: 0, left: 0 };
/** Of a bucket's width. */
const BAR_SHARE = 0.8;
const MIN_BAR_PX = 1.5;

/** Counts per bucket as stacked bars, the first series at the bottom. The only file that uses recharts. */
export const BarPlot = memo(function BarPlot({ frame, span, low, high, points, series, bucketMs }: BarPlotProps) {
  const rows = useMemo(() => points.map(({ at, mean }) => ({ at, mean })), [points]);
  const barPx = Math.max(MIN_BAR_PX, (bucketMs / (span.toMs - span.fromMs)) * frame.width * BAR_SHARE);
  return (
    <div className="ada-chart-bars" style={{ left: frame.left, top: frame.top }} aria-hidden>
      <BarChart width={frame.width} height={frame.height} data={rows} margin={NO_MARGIN} barSize={barPx} accessibilityLayer={false}>
        <XAxis dataKey="at" type="number" domain={[span.fromMs, span.toMs]} allowDataOverflow hide />
        <YAxis type="number" domain={[low, high]} allowDataOverflow hide />
        {series.map((one, i) => (
          <Bar
            key={one.key}
            dataKey={({ mean }: (typeof rows)[number]) => mean[i] ?? null}
            stackId="counts"
            fill={colorOf(one)}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </div>
  );
});
