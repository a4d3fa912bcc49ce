import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, entryOf } from '../../features/journal/test-entries.ts';
import { LogBuffer } from './log-buffer.ts';

function cursors(buffer: LogBuffer): readonly string[] {
  const found: string[] = [];
  for (let seq = buffer.firstSeq; seq < buffer.endSeq; seq += 1) {
    const row = buffer.at(seq);
    if (row?.kind === 'entry') found.push(row.entry.cursor);
  }
  return found;
}

describe('LogBuffer', () => {
  it('keeps the newest rows and counts the ones it let go', () => {
    const buffer = new LogBuffer(5);
    buffer.append(entriesOf(0, 8));
    expect(cursors(buffer)).toEqual(['c3', 'c4', 'c5', 'c6', 'c7']);
    expect(buffer.dropped).toBe(3);
    expect(buffer.at(buffer.firstSeq - 1)).toBeUndefined();
  });

  it('takes an entry once, also again after it was let go', () => {
    const buffer = new LogBuffer(3);
    expect(buffer.append([entryOf(1), entryOf(1), entryOf(2)])).toEqual({ added: 2, doubled: 1 });
    buffer.append(entriesOf(3, 2));
    expect(buffer.has('c1')).toBe(false);
    expect(buffer.prepend([entryOf(1)])).toEqual({ added: 0, doubled: 0 });
  });

  it('prepends the newest of what was fetched when there is not room for all', () => {
    const buffer = new LogBuffer(4);
    buffer.append(entriesOf(10, 2));
    expect(buffer.prepend(entriesOf(5, 5))).toEqual({ added: 2, doubled: 0 });
    expect(cursors(buffer)).toEqual(['c8', 'c9', 'c10', 'c11']);
  });

  it('keeps a row at its seq while older ones come and go', () => {
    const buffer = new LogBuffer(10);
    buffer.append(entriesOf(10, 5));
    const seq = buffer.firstSeq + 2;
    buffer.prepend(entriesOf(7, 3));
    buffer.append(entriesOf(15, 4));
    const row = buffer.at(seq);
    expect(row?.kind === 'entry' && row.entry.cursor).toBe('c12');
  });

  it('knows the rows of a traceback and forgets the ones let go', () => {
    const buffer = new LogBuffer(3);
    buffer.append([entryOf(1, { groupCursor: 'c1' }), entryOf(2, { groupCursor: 'c1' }), entryOf(3)]);
    expect(buffer.group('c1')).toHaveLength(2);
    buffer.append([entryOf(4)]);
    expect(buffer.group('c1')).toEqual([buffer.firstSeq]);
  });

  it('clears without handing out a seq twice', () => {
    const buffer = new LogBuffer(3);
    buffer.append(entriesOf(0, 2));
    const end = buffer.endSeq;
    buffer.clear();
    buffer.append([entryOf(0)]);
    expect(buffer.firstSeq).toBe(end);
    expect(cursors(buffer)).toEqual(['c0']);
  });

  it('loses nothing and doubles nothing within its capacity, whatever overlaps come', () => {
    const step = fc.record({
      end: fc.constantFrom('newest' as const, 'oldest' as const),
      count: fc.integer({ min: 0, max: 30 }),
      overlap: fc.integer({ min: 0, max: 10 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const buffer = new LogBuffer(2000);
        let oldest = 1000;
        let newest = 1000;
        for (const { end, count, overlap } of steps) {
          const repeated = Math.min(overlap, newest - oldest);
          if (end === 'newest') {
            buffer.append(entriesOf(newest - repeated, count + repeated));
            newest += count;
          } else {
            buffer.prepend(entriesOf(oldest - count, count + repeated));
            oldest -= count;
          }
        }
        expect(cursors(buffer)).toEqual(entriesOf(oldest, newest - oldest).map((entry) => entry.cursor));
      }),
    );
  });

  it('holds exactly the newest of a long stream in any capacity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 }), (capacity, sizes) => {
        const buffer = new LogBuffer(capacity);
        let next = 0;
        for (const size of sizes) {
          buffer.append(entriesOf(next, size));
          next += size;
        }
        const kept = Math.min(capacity, next);
        expect(cursors(buffer)).toEqual(entriesOf(next - kept, kept).map((entry) => entry.cursor));
        expect(buffer.dropped).toBe(next - kept);
      }),
    );
  });
});
