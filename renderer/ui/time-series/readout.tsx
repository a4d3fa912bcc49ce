import { UNKNOWN } from '../../../shared/format.ts';
import { useMoment } from './chart-group.tsx';
import { nearestPoint } from './nearest.ts';
import { colorOf } from './series-style.ts';
import type { ChartPoint, ChartSeries, ChartUnit } from './types.ts';

export interface ReadoutProps {
  readonly series: readonly ChartSeries[];
  readonly points: readonly ChartPoint[];
  readonly bucketMs: number;
  readonly unit: ChartUnit;
  /** The newest readings, shown while there is no crosshair; null = unknown. */
  readonly now: readonly (number | null)[];
  /** Secondary text after the number: `of 45.0 GiB`. */
  readonly suffix?: string;
  /** Why the newest reading is unknown. */
  readonly unknownWhy?: string | undefined;
  /** Of all series, or of each. */
  readonly isStale?: boolean | readonly boolean[];
  /** A mark of its colour before each name, where the chart itself names none. */
  readonly hasMarks?: boolean;
}

/** The numbers in a chart's header: now, or at the crosshair. Its width is fixed while the numbers change. */
export function Readout({ series, points, bucketMs, unit, now, suffix, unknownWhy, isStale = false, hasMarks = false }: ReadoutProps) {
  const atMs = useMoment();
  const point = atMs === null ? null : nearestPoint(points, atMs, Math.max(bucketMs, 4000));
  return (
    <span
      className="ada-readout"
      data-several={series.length > 1 || undefined}
      data-stale={(isStale === true && atMs === null) || undefined}
    >
      {series.map((one, i) => {
        const value = atMs === null ? now[i] : point?.mean[i];
        const isKnown = value !== null && value !== undefined && Number.isFinite(value);
        return (
          <span
            key={one.key}
            className="ada-readout-one"
            data-stale={(typeof isStale === 'object' && isStale[i] === true && atMs === null) || undefined}
            title={isKnown || atMs !== null ? undefined : unknownWhy}
          >
            {hasMarks ? <span className="ada-readout-mark" style={{ background: colorOf(one) }} aria-hidden /> : null}
            {series.length > 1 ? <span className="ada-readout-name">{one.label}</span> : null}
            <span className="ada-readout-value">{isKnown ? unit.full(value) : UNKNOWN}</span>
          </span>
        );
      })}
      {suffix === undefined ? null : <span className="ada-readout-name">{suffix}</span>}
    </span>
  );
}
