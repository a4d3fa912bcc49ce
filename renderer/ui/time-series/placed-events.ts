import { type Frame, xOf } from './frame.ts';
import type { ChartEvent, TimeSpan } from './types.ts';

/** Width in px of a handle, and so the smallest distance of two. */
export const EVENT_PX = 24;
const TONES: readonly ChartEvent['tone'][] = ['bad', 'warning', 'info'];

/** Events that share a handle, in order of time. */
export interface PlacedEvents {
  /** Of the first event, so that a handle keeps the focus while others join it. */
  readonly key: string;
  /** The middle of the handle, px from the left edge of the chart. */
  readonly x: number;
  /** The first of the worst tone, by which the handle is drawn. */
  readonly worst: ChartEvent;
  readonly events: readonly [ChartEvent, ...ChartEvent[]];
}

const worstOf = (events: PlacedEvents['events']): ChartEvent =>
  events.reduce((worst, one) => (TONES.indexOf(one.tone) < TONES.indexOf(worst.tone) ? one : worst));

/** Handles of the events within a span; those that would overlap share one. `events` are in order of time. */
export function placeEvents(events: readonly ChartEvent[], span: TimeSpan, frame: Frame): readonly PlacedEvents[] {
  const groups: { readonly x: number; readonly events: [ChartEvent, ...ChartEvent[]] }[] = [];
  for (const one of events) {
    if (one.atMs < span.fromMs || one.atMs > span.toMs) continue;
    const x = Math.max(frame.left + EVENT_PX / 2, Math.min(frame.left + frame.width - EVENT_PX / 2, xOf(one.atMs, span, frame)));
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < EVENT_PX + 2) last.events.push(one);
    else groups.push({ x, events: [one] });
  }
  return groups.map(({ x, events: shared }) => ({ key: shared[0].key, x, worst: worstOf(shared), events: shared }));
}
