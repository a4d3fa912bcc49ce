import { formatClockShort, formatDateTime } from '../../../../shared/format.ts';
import type { Chart, ChartLine, Span } from '../document.ts';
import { escapeHtml } from './escape.ts';
import { LINE_COLOURS } from './html-style.ts';

const WIDTH = 920;
const HEIGHT = 200;
const LEFT = 56;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 24;
const INNER_WIDTH = WIDTH - LEFT - RIGHT;
const INNER_HEIGHT = HEIGHT - TOP - BOTTOM;
const DAY_MS = 86_400_000;
const MAX_MARKS = 40;
/** Of times on the axis, in minutes. */
const STEPS_MIN = [5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10_080];

/** The next of 1, 2, 4, 6, 8 × 10ⁿ that is not below it; 1 for what is no positive number. */
export function niceCeiling(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

const round = (value: number): string => String(Math.round(value * 10) / 10);
const tick = (value: number): string => String(Number(value.toPrecision(3)));

/** Times on the axis: local, at whole steps. */
export function timeTicks({ fromMs, toMs }: Span): readonly { readonly atMs: number; readonly label: string }[] {
  const spanMin = (toMs - fromMs) / 60_000;
  const stepMs = (STEPS_MIN.find((step) => spanMin / step <= 8) ?? 20_160) * 60_000;
  const midnight = new Date(fromMs);
  midnight.setHours(0, 0, 0, 0);
  const first = midnight.getTime() + Math.ceil((fromMs - midnight.getTime()) / stepMs) * stepMs;
  const ticks: { atMs: number; label: string }[] = [];
  for (let atMs = first; atMs <= toMs && ticks.length < 20; atMs += stepMs) {
    const isDay = formatClockShort(atMs) === '00:00' || stepMs >= DAY_MS;
    ticks.push({ atMs, label: isDay ? formatDateTime(atMs).slice(5, 10) : formatClockShort(atMs) });
  }
  return ticks;
}

/** The chart as SVG: gaps are areas without a line. No scripts, no resources. */
export function chartSvg(chart: Chart): string {
  const { fromMs, toMs } = chart;
  const count = Math.max(1, ...chart.lines.map(({ values }) => values.length));
  const top = niceCeiling(topOf(chart, count));
  const x = (atMs: number): number => LEFT + (Math.min(Math.max(atMs, fromMs), toMs) - fromMs) * (INNER_WIDTH / Math.max(1, toMs - fromMs));
  const y = (value: number): number => TOP + INNER_HEIGHT * (1 - Math.min(Math.max(value / top, 0), 1));
  const label = escapeHtml(`${chart.title}: ${chart.summary}`);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">`,
    ...chart.gaps.map(
      (gap) =>
        `<rect class="gap" x="${round(x(gap.fromMs))}" y="${TOP}" width="${round(Math.max(1, x(gap.toMs) - x(gap.fromMs)))}" height="${INNER_HEIGHT}"><title>${escapeHtml(gap.reason)}</title></rect>`,
    ),
    ...[0, 0.5, 1].flatMap((part) => [
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(part * top))}" y2="${round(y(part * top))}"/>`,
      `<text x="${LEFT - 6}" y="${round(y(part * top) + 4)}" text-anchor="end">${tick(part * top)}</text>`,
    ]),
    ...timeTicks(chart).map(
      ({ atMs, label: text }) => `<text x="${round(x(atMs))}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(text)}</text>`,
    ),
    ...(chart.shape === 'bars' ? barsOf(chart, count, top) : chart.lines.flatMap((line, index) => pathOf(line, index, count, y))),
    ...chart.marks
      .slice(0, MAX_MARKS)
      .map(
        ({ atMs, label: text }) =>
          `<line class="mark" x1="${round(x(atMs))}" x2="${round(x(atMs))}" y1="${TOP}" y2="${TOP + INNER_HEIGHT}"><title>${escapeHtml(text)}</title></line>`,
      ),
    '</svg>',
  ].join('');
}

function topOf({ shape, lines }: Chart, count: number): number {
  let top = 0;
  for (let index = 0; index < count; index += 1) {
    const values = lines.map(({ values: all }) => all[index] ?? 0);
    top = Math.max(top, shape === 'bars' ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values));
  }
  return top;
}

const centreOf = (index: number, count: number): number => LEFT + ((index + 0.5) * INNER_WIDTH) / count;

/** One stroke a stretch of known values; a value alone is a dot. */
function pathOf({ values }: ChartLine, index: number, count: number, y: (value: number) => number): readonly string[] {
  const colour = index % LINE_COLOURS;
  const parts: string[] = [];
  let points: string[] = [];
  const end = (): void => {
    const [only = ''] = points;
    const [cx = '', cy = ''] = only.split(' ');
    if (points.length === 1) parts.push(`<circle class="f${colour}" cx="${cx}" cy="${cy}" r="1.6"/>`);
    else if (points.length > 1) parts.push(`<path class="line s${colour}" d="M${points.join('L')}"/>`);
    points = [];
  };
  for (const [at, value] of values.entries()) {
    if (value === null) end();
    else points.push(`${round(centreOf(at, count))} ${round(y(value))}`);
  }
  end();
  return parts;
}

function barsOf({ lines }: Chart, count: number, top: number): readonly string[] {
  const width = Math.max(1, INNER_WIDTH / count - 0.6);
  const parts: string[] = [];
  for (let at = 0; at < count; at += 1) {
    let below = 0;
    for (const [index, { values }] of lines.entries()) {
      const value = values[at] ?? 0;
      if (value <= 0) continue;
      const height = (INNER_HEIGHT * value) / top;
      const from = TOP + INNER_HEIGHT - (INNER_HEIGHT * below) / top - height;
      parts.push(
        `<rect class="f${index % LINE_COLOURS}" x="${round(centreOf(at, count) - width / 2)}" y="${round(from)}" width="${round(width)}" height="${round(height)}"/>`,
      );
      below += value;
    }
  }
  return parts;
}
