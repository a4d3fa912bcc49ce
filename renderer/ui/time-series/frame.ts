import type { TimeSpan } from './types.ts';

/** Where the lines are drawn within the chart, px. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const AXIS_LEFT_PX = 38;
const AXIS_BOTTOM_PX = 22;
const TOP_PX = 6;
const END_PLAIN_PX = 10;

/** The frame of a chart; a spark fills its box. `endPx` is the room for words at the lines' ends, 0 for none. */
export function frameOf(widthPx: number, heightPx: number, isSpark: boolean, endPx: number): Frame {
  if (isSpark) return { left: 0, top: 1, width: Math.max(0, widthPx), height: Math.max(0, heightPx - 2) };
  return {
    left: AXIS_LEFT_PX,
    top: TOP_PX,
    width: Math.max(0, widthPx - AXIS_LEFT_PX - Math.max(END_PLAIN_PX, endPx)),
    height: Math.max(0, heightPx - TOP_PX - AXIS_BOTTOM_PX),
  };
}

/** Epoch ms to px from the chart's left edge. */
export function xOf(atMs: number, span: TimeSpan, frame: Frame): number {
  return frame.left + ((atMs - span.fromMs) / (span.toMs - span.fromMs)) * frame.width;
}

/** Px from the frame's left edge to epoch ms, limited to the span. */
export function timeAt(xPx: number, span: TimeSpan, frame: Frame): number {
  const share = frame.width === 0 ? 0 : Math.max(0, Math.min(1, xPx / frame.width));
  return span.fromMs + share * (span.toMs - span.fromMs);
}

/** A value to px from the chart's top edge. */
export function yOf(value: number, low: number, high: number, frame: Frame): number {
  return frame.top + (1 - (value - low) / (high - low)) * frame.height;
}
