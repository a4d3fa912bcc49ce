import { formatClockShort, formatDateTime, UNKNOWN } from '../../../shared/format.ts';
import { describeChartLine, describeGaps } from '../text.ts';
import { newestValue } from './nearest.ts';
import type { ChartBand, ChartPoint, ChartSeries, ChartUnit, TimeSpan } from './types.ts';

const DAY_MS = 86_400_000;

interface SummarySource {
  readonly title: string;
  readonly series: readonly ChartSeries[];
  readonly points: readonly ChartPoint[];
  readonly gaps: readonly TimeSpan[];
  readonly span: TimeSpan;
  readonly unit: ChartUnit;
  readonly band?: ChartBand;
}

/** A chart as text for screen readers. */
export function summaryOf({ title, series, points, gaps, span, unit, band: kind = 'range' }: SummarySource): string {
  const time = span.toMs - span.fromMs > DAY_MS / 2 ? formatDateTime : formatClockShort;
  const lines = series.map((one, i) => {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (const point of points) {
      const band = point.band[i];
      if (band === null || band === undefined) continue;
      least = Math.min(least, band[0]);
      most = Math.max(most, band[1]);
    }
    const last = newestValue(points, i);
    const edge = (value: number): string => (Number.isFinite(value) ? unit.full(value) : UNKNOWN);
    return describeChartLine(one.label, last === null ? null : { last: unit.full(last), least: edge(least), most: edge(most), kind });
  });
  const missing = gaps.length === 0 ? '' : ` ${describeGaps(gaps.length)}`;
  return `${title}, ${time(span.fromMs)} to ${time(span.toMs)}. ${lines.join(' ')}${missing}`;
}

/** Span after moving by a fraction of its width, within bounds and at the same width. */
export function panned(span: TimeSpan, byMs: number, bounds: TimeSpan): TimeSpan {
  const width = Math.min(span.toMs - span.fromMs, bounds.toMs - bounds.fromMs);
  const fromMs = Math.max(bounds.fromMs, Math.min(bounds.toMs - width, span.fromMs + byMs));
  return { fromMs, toMs: fromMs + width };
}

/** Span after zooming about a moment; never narrower than `minMs`, never beyond the bounds. */
export function zoomed(span: TimeSpan, factor: number, aboutMs: number, minMs: number, bounds: TimeSpan): TimeSpan {
  const width = Math.max(minMs, Math.min(bounds.toMs - bounds.fromMs, (span.toMs - span.fromMs) * factor));
  const share = (aboutMs - span.fromMs) / (span.toMs - span.fromMs);
  const fromMs = aboutMs - share * width;
  return panned({ fromMs, toMs: fromMs + width }, 0, bounds);
}
