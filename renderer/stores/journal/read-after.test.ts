import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { entryOf } from '../../features/journal/test-entries.ts';
import { readAfter } from './read-after.ts';

/** A journal as the host reads it: the newest `count` of a span. */
function reader(entries: readonly JournalEntry[]) {
  return (fromMs: number, toMs: number, count: number) =>
    Promise.resolve(entries.filter((entry) => entry.at >= fromMs && entry.at <= toMs).slice(-count));
}

const at = (ms: number, n: number): JournalEntry => entryOf(n, { at: ms });

describe('readAfter', () => {
  it('begins right after the moment, however much was logged since', async () => {
    const entries = Array.from({ length: 50_000 }, (_, n) => at(n * 20, n));
    const found = await readAfter({ read: reader(entries), fromMs: 100_000, untilMs: 1_000_000, wanted: 500, limit: 5000 });
    expect(found[0]?.cursor).toBe('c5000');
    expect(found.length).toBeGreaterThanOrEqual(500);
  });

  it('looks ahead over a long silence', async () => {
    const found = await readAfter({ read: reader([at(90_000_000, 1)]), fromMs: 0, untilMs: 100_000_000, wanted: 100, limit: 5000 });
    expect(found.map((entry) => entry.cursor)).toEqual(['c1']);
  });

  it('answers the lines that follow without a hole, whatever the density', async () => {
    const gaps = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 300_000 })), { maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 0, max: 1_000_000 }), async (between, fromMs) => {
        let ms = 0;
        const entries = between.map((gap, n) => {
          ms += gap;
          return at(ms, n);
        });
        const later = entries.filter((entry) => entry.at >= fromMs);
        const found = await readAfter({ read: reader(entries), fromMs, untilMs: Math.max(ms, fromMs) + 1, wanted: 20, limit: 400 });
        expect(found).toEqual(later.slice(0, found.length));
        if (later.length > 0) expect(found.length).toBeGreaterThan(0);
      }),
    );
  });
});
