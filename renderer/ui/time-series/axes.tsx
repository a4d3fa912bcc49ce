import { memo, useId } from 'react';
import { TEXT } from '../text.ts';
import { type Frame, xOf, yOf } from './frame.ts';
import { localOffsetMs, timeTickLabel, timeTicks } from './time-ticks.ts';
import type { ChartLimit, ChartUnit, TimeSpan } from './types.ts';
import { valueTicks } from './value-ticks.ts';

export interface AxesProps {
  readonly frame: Frame;
  readonly heightPx: number;
  readonly span: TimeSpan;
  readonly low: number;
  readonly high: number;
  readonly unit: ChartUnit;
  readonly gaps: readonly TimeSpan[];
  readonly limit: ChartLimit | null;
}

/** Distance in px of two ticks, at the least. */
const TIME_TICK_PX = 46;
const SECONDS_TICK_PX = 64;
/** Width in px of a character of a label, a little more than the widest digit. */
const LABEL_CHAR_PX = 6.6;
/** A label may reach this far beyond the lines. */
const OVERHANG_PX = 8;
const VALUE_TICK_PX = 26;
/** Whether a label fits under its tick; one that does not is left out, since a label beside its tick names another moment. */
function fitsTick(label: string, x: number, frame: Pick<Frame, 'left' | 'width'>): boolean {
  const half = (label.length * LABEL_CHAR_PX) / 2;
  return x - half >= 0 && x + half <= frame.left + frame.width + OVERHANG_PX;
}
/** Narrower gaps are hatched without a word. */
const WORD_PX = 66;

/** Under the lines: grid, even ticks, gaps hatched with a word where there is room, the limit dashed. */
export const Axes = memo(function Axes({ frame, heightPx, span, low, high, unit, gaps, limit }: AxesProps) {
  const hatch = useId();
  const ticksOf = (tickPx: number) =>
    timeTicks(span.fromMs, span.toMs, Math.max(2, Math.floor(frame.width / tickPx) + 1), localOffsetMs(span.fromMs));
  const short = ticksOf(TIME_TICK_PX);
  const times = short.stepMs < 60_000 ? ticksOf(SECONDS_TICK_PX) : short;
  const values = valueTicks(low, high, Math.max(2, Math.floor(frame.height / VALUE_TICK_PX) + 1), unit.minStep);
  const right = frame.left + frame.width;
  const bottom = frame.top + frame.height;
  return (
    <svg className="ada-chart-layer" width="100%" height={heightPx} aria-hidden>
      <defs>
        <pattern id={hatch} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="7" height="7" fill="var(--ada-page)" fillOpacity="0.45" />
          <line x1="0" y1="0" x2="0" y2="7" stroke="var(--ada-track)" strokeWidth="1.2" />
        </pattern>
      </defs>
      {values.map((value) => {
        const y = yOf(value, low, high, frame);
        return (
          <g key={value}>
            <line x1={frame.left} x2={right} y1={y} y2={y} stroke="var(--ada-line)" strokeWidth={1} />
            <text x={frame.left - 8} y={y + 4} textAnchor="end">
              {unit.tick(value)}
            </text>
          </g>
        );
      })}
      {gaps.map((gap) => {
        const from = xOf(gap.fromMs, span, frame);
        const width = xOf(gap.toMs, span, frame) - from;
        return (
          <g key={gap.fromMs}>
            <rect x={from} y={frame.top} width={Math.max(1, width)} height={frame.height} fill={`url(#${CSS.escape(hatch)})`} />
            {width < WORD_PX ? null : (
              <text className="ada-chart-gap-word" x={from + width / 2} y={frame.top + frame.height / 2 + 4} textAnchor="middle">
                {TEXT.chartGap}
              </text>
            )}
          </g>
        );
      })}
      {limit === null ? null : (
        <line
          x1={frame.left}
          x2={right}
          y1={yOf(limit.value, low, high, frame)}
          y2={yOf(limit.value, low, high, frame)}
          stroke="var(--ada-bad)"
          strokeWidth={1}
          strokeDasharray="4 4"
          opacity={0.75}
        />
      )}
      {times.at.map((at) => {
        const x = xOf(at, span, frame);
        const label = timeTickLabel(at, times.stepMs);
        return (
          <g key={at}>
            <line x1={x} x2={x} y1={bottom} y2={bottom + 3} stroke="var(--ada-track)" />
            {fitsTick(label, x, frame) ? (
              <text x={x} y={bottom + 16} textAnchor="middle">
                {label}
              </text>
            ) : null}
          </g>
        );
      })}
    </svg>
  );
});
