import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brushed, MIN_BRUSH_MS } from './brush-span.ts';

const HOUR_MS = 3_600_000;
const bounds = { fromMs: 0, toMs: 48 * HOUR_MS };

describe('the window of a brush', () => {
  it('moves and stretches', () => {
    const span = { fromMs: 10 * HOUR_MS, toMs: 12 * HOUR_MS };
    expect(brushed(span, 'window', HOUR_MS, bounds)).toEqual({ fromMs: 11 * HOUR_MS, toMs: 13 * HOUR_MS });
    expect(brushed(span, 'window', 90 * HOUR_MS, bounds)).toEqual({ fromMs: 46 * HOUR_MS, toMs: 48 * HOUR_MS });
    expect(brushed(span, 'start', -HOUR_MS, bounds)).toEqual({ fromMs: 9 * HOUR_MS, toMs: 12 * HOUR_MS });
    expect(brushed(span, 'end', -5 * HOUR_MS, bounds)).toEqual({ fromMs: 10 * HOUR_MS, toMs: 10 * HOUR_MS + MIN_BRUSH_MS });
  });

  it('stays within the bounds and keeps a width', () => {
    const parts = fc.constantFrom('start' as const, 'window' as const, 'end' as const);
    const steps = fc.array(fc.tuple(parts, fc.integer({ min: -60 * HOUR_MS, max: 60 * HOUR_MS })), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (moves) => {
        let span = { fromMs: 20 * HOUR_MS, toMs: 26 * HOUR_MS };
        for (const [part, byMs] of moves) {
          const widthMs = span.toMs - span.fromMs;
          span = brushed(span, part, byMs, bounds);
          expect(span.fromMs).toBeGreaterThanOrEqual(bounds.fromMs);
          expect(span.toMs).toBeLessThanOrEqual(bounds.toMs);
          expect(span.toMs - span.fromMs).toBeGreaterThanOrEqual(MIN_BRUSH_MS);
          if (part === 'window') expect(span.toMs - span.fromMs).toBe(widthMs);
        }
      }),
    );
  });
});
