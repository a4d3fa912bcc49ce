import { formatClock, formatDateTime } from '../../../shared/format.ts';
import { useCrosshair, usePinned } from './chart-group.tsx';
import { type Frame, xOf, yOf } from './frame.ts';
import { nearestPoint } from './nearest.ts';
import { colorOf } from './series-style.ts';
import type { ChartPoint, ChartSeries, TimeSpan } from './types.ts';

const DAY_MS = 86_400_000;
/** The clock may reach this far beyond the lines. */
const OVERHANG_PX = 10;

export interface CrosshairProps {
  readonly frame: Frame;
  readonly heightPx: number;
  readonly span: TimeSpan;
  readonly bucketMs: number;
  readonly points: readonly ChartPoint[];
  readonly series: readonly ChartSeries[];
  readonly low: number;
  readonly high: number;
}

/** The shared crosshair and the marked moment, in a separate layer, so that moving the mouse redraws no line. */
export function Crosshair(props: CrosshairProps) {
  const crosshairMs = useCrosshair();
  const pinnedMs = usePinned();
  const isIn = (atMs: number | null): atMs is number => atMs !== null && atMs >= props.span.fromMs && atMs <= props.span.toMs;
  if (!isIn(crosshairMs) && !isIn(pinnedMs)) return null;
  return (
    <svg className="ada-chart-layer" width="100%" height={props.heightPx} aria-hidden>
      {isIn(pinnedMs) ? <Moment {...props} atMs={pinnedMs} isPinned hasClock={!isIn(crosshairMs)} /> : null}
      {isIn(crosshairMs) ? <Moment {...props} atMs={crosshairMs} isPinned={false} hasClock /> : null}
    </svg>
  );
}

interface MomentProps extends CrosshairProps {
  readonly atMs: number;
  readonly isPinned: boolean;
  readonly hasClock: boolean;
}

function Moment({ frame, span, bucketMs, points, series, low, high, atMs, isPinned, hasClock }: MomentProps) {
  const point = nearestPoint(points, atMs, Math.max(bucketMs, 4000));
  const x = xOf(atMs, span, frame);
  const bottom = frame.top + frame.height;
  const words = span.toMs - span.fromMs > DAY_MS / 2 ? formatDateTime(atMs).slice(5) : formatClock(atMs);
  const half = words.length * 3.3 + 6;
  const middle = Math.max(half, Math.min(frame.left + frame.width + OVERHANG_PX - half, x));
  return (
    <>
      <line className="ada-chart-moment" data-pinned={isPinned || undefined} x1={x} x2={x} y1={frame.top} y2={bottom} />
      {point === null
        ? null
        : series.map((one, i) => {
            const value = point.mean[i];
            return value === null || value === undefined ? null : (
              <circle
                key={one.key}
                cx={xOf(point.at, span, frame)}
                cy={yOf(value, low, high, frame)}
                r={3.5}
                style={{ fill: colorOf(one) }}
                stroke="var(--ada-card)"
                strokeWidth={1.5}
              />
            );
          })}
      {hasClock ? (
        <>
          <rect x={middle - half} y={bottom + 4} width={half * 2} height={17} rx={4} fill="var(--ada-raised)" stroke="var(--ada-line)" />
          <text x={middle} y={bottom + 16} textAnchor="middle" style={{ fill: 'var(--ada-text)' }}>
            {words}
          </text>
        </>
      ) : null}
    </>
  );
}
