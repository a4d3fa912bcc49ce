import { memo } from 'react';

const WIDTH = 240;
const HEIGHT = 44;

export interface SparklineProps {
  /** Evenly spaced readings, oldest first; null = no reading: the line breaks there. */
  readonly values: readonly (number | null)[];
  /** The value at the top; 0 is at the bottom. */
  readonly max: number;
  /** A CSS colour. */
  readonly color: string;
  /** What it shows, for screen readers. */
  readonly label: string;
  /** Stretches to mark: shares of the width from 0 to 1, and a CSS colour. */
  readonly marks?: readonly SparkMark[];
}

export interface SparkMark {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly color: string;
  /** For the tooltip. */
  readonly title: string;
  readonly open: () => void;
}

/** A small line with a faint fill and no axes; a gap in the readings is a gap in the line. */
export const Sparkline = memo(function Sparkline({ values, max, color, label, marks = [] }: SparklineProps) {
  const { line, fill } = sparklinePaths(values, max);
  const lines = (
    <svg className="ada-sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path d={fill} fill={color} opacity={0.14} />
      <path d={line} fill="none" stroke={color} strokeWidth={1.5} strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
    </svg>
  );
  if (marks.length === 0) return lines;
  return (
    <div className="ada-sparkline-marked">
      {lines}
      {marks.map((mark) => (
        <button
          key={mark.key}
          type="button"
          className="ada-sparkline-mark"
          tabIndex={-1}
          aria-hidden
          title={mark.title}
          style={{ left: `${mark.from * 100}%`, width: `${(mark.to - mark.from) * 100}%`, color: mark.color }}
          onClick={mark.open}
        />
      ))}
    </div>
  );
});

/** The paths of the line and of the area under it, in a box of 240 by 44. */
export function sparklinePaths(values: readonly (number | null)[], max: number): { readonly line: string; readonly fill: string } {
  const step = WIDTH / Math.max(1, values.length - 1);
  const top = max > 0 ? max : 1;
  const line: string[] = [];
  const fill: string[] = [];
  let stretch: { readonly x: number; readonly y: number }[] = [];
  const end = (): void => {
    const [first] = stretch;
    const last = stretch.at(-1);
    if (first !== undefined && last !== undefined) {
      // A single reading is drawn as a short dash, since a point would be invisible.
      const points = stretch.length === 1 ? [first, { x: first.x + step / 2, y: first.y }] : stretch;
      const path = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join('L');
      line.push(`M${path}`);
      fill.push(`M${first.x.toFixed(1)},${HEIGHT}L${path}L${last.x.toFixed(1)},${HEIGHT}Z`);
    }
    stretch = [];
  };
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) end();
    else stretch.push({ x: index * step, y: HEIGHT - 1 - (Math.min(top, Math.max(0, value)) / top) * (HEIGHT - 2) });
  });
  end();
  return { line: line.join(''), fill: fill.join('') };
}
