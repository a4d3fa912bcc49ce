const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7].map((n) => n * DAY),
];

export interface TimeTicks {
  readonly stepMs: number;
  readonly at: readonly number[];
}

/**
 * Times at even steps of the local clock within a span, at most `most` of them.
 * `offsetMs` is local time minus UTC (in one span it counts as constant: a clock change moves ticks by an hour at worst).
 */
export function timeTicks(fromMs: number, toMs: number, most: number, offsetMs: number): TimeTicks {
  if (!(toMs > fromMs) || most < 1) return { stepMs: 0, at: [] };
  const stepMs = STEPS_MS.find((step) => Math.floor((toMs - fromMs) / step) + 1 <= most) ?? 7 * DAY;
  const first = Math.ceil((fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const at: number[] = [];
  for (let tick = first; tick <= toMs; tick += stepMs) at.push(tick);
  return { stepMs, at };
}

/** Local time minus UTC at a moment. */
export function localOffsetMs(atMs: number): number {
  return -new Date(atMs).getTimezoneOffset() * MINUTE;
}

const two = (value: number) => String(value).padStart(2, '0');
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** A tick's words: seconds only where the step needs them, the day in place of midnight. */
export function timeTickLabel(atMs: number, stepMs: number): string {
  const at = new Date(atMs);
  if (at.getHours() === 0 && at.getMinutes() === 0 && at.getSeconds() === 0) return `${DAYS[at.getDay()] ?? ''} ${at.getDate()}`;
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return stepMs < MINUTE ? `${clock}:${two(at.getSeconds())}` : clock;
}
