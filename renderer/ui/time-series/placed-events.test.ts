import { IconPhoto } from '@tabler/icons-react';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_PX, placeEvents } from './placed-events.ts';
import type { ChartEvent } from './types.ts';

const frame = { left: 40, top: 6, width: 800, height: 100 };
const span = { fromMs: 0, toMs: 800_000 };
const at = (atMs: number, tone: ChartEvent['tone'] = 'info'): ChartEvent => ({
  key: `${atMs} ${tone}`,
  atMs,
  tone,
  icon: IconPhoto,
  label: '',
  open: () => {},
});

describe('events above a chart', () => {
  it('share a handle where they would overlap, drawn by the worst of them', () => {
    const placed = placeEvents([at(100_000), at(110_000, 'bad'), at(120_000, 'warning'), at(300_000)], span, frame);
    expect(placed.map(({ x, worst, events }) => [x, worst.tone, events.length])).toEqual([
      [140, 'bad', 3],
      [340, 'info', 1],
    ]);
  });

  it('are all within reach: none overlaps another or leaves the lines, and none is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -10_000, max: 900_000 }), { maxLength: 200 }), (times) => {
        const sorted = times.toSorted((a, b) => a - b);
        const placed = placeEvents(
          sorted.map((one) => at(one)),
          span,
          frame,
        );
        const inside = sorted.filter((one) => one >= span.fromMs && one <= span.toMs);
        expect(placed.flatMap(({ events }) => events.map(({ atMs }) => atMs))).toEqual(inside);
        for (const [i, { x }] of placed.entries()) {
          expect(x - EVENT_PX / 2).toBeGreaterThanOrEqual(frame.left);
          expect(x + EVENT_PX / 2).toBeLessThanOrEqual(frame.left + frame.width);
          expect(x - (placed[i - 1]?.x ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(EVENT_PX);
        }
      }),
    );
  });
});
