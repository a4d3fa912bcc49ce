import type { TimeSpan } from './types.ts';

/** The part of a brush that is moved. */
export type BrushPart = 'start' | 'window' | 'end';

/** The narrowest window. */
export const MIN_BRUSH_MS = 60_000;

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The span after one of its parts was moved by some ms: within the bounds, and never narrower than a minute. */
export function brushed(span: TimeSpan, part: BrushPart, byMs: number, bounds: TimeSpan): TimeSpan {
  if (part === 'start') return { fromMs: clamp(span.fromMs + byMs, bounds.fromMs, span.toMs - MIN_BRUSH_MS), toMs: span.toMs };
  if (part === 'end') return { fromMs: span.fromMs, toMs: clamp(span.toMs + byMs, span.fromMs + MIN_BRUSH_MS, bounds.toMs) };
  const widthMs = Math.min(span.toMs - span.fromMs, bounds.toMs - bounds.fromMs);
  const fromMs = clamp(span.fromMs + byMs, bounds.fromMs, bounds.toMs - widthMs);
  return { fromMs, toMs: fromMs + widthMs };
}
