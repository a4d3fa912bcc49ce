import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, entryOf } from '../../features/journal/test-entries.ts';
import { LogBuffer } from './log-buffer.ts';
import { RowIndex, type RowTest } from './row-index.ts';

const never = (): boolean => false;
/** Says "over" at every look: the smallest slices there are. */
const always = (): boolean => true;

const seqs = (index: RowIndex): readonly number[] => Array.from({ length: index.length }, (_, at) => index.seqAt(at));

function expected(buffer: LogBuffer, test: RowTest): readonly number[] {
  const found: number[] = [];
  for (let seq = buffer.firstSeq; seq < buffer.endSeq; seq += 1) {
    const row = buffer.at(seq);
    if (row !== undefined && test(row)) found.push(seq);
  }
  return found;
}

const even: RowTest = (row) => row.kind === 'entry' && Number(row.entry.cursor.slice(1)) % 2 === 0;

describe('RowIndex', () => {
  it('is every row without a test', () => {
    const buffer = new LogBuffer(10);
    const index = new RowIndex(buffer);
    buffer.append(entriesOf(0, 14));
    expect(index.length).toBe(10);
    expect(index.seqAt(0)).toBe(buffer.firstSeq);
    expect(index.positionOf(buffer.firstSeq + 3)).toBe(3);
  });

  it('finds newest rows first, a slice at a time', () => {
    const buffer = new LogBuffer(2000);
    buffer.append(entriesOf(0, 1000));
    const index = new RowIndex(buffer);
    index.reset(even, false);
    expect(index.step(always)).toBe(false);
    expect(index.seqAt(index.length - 1)).toBe(998);
    expect(index.pending).toBe(744);
    expect(index.step(never)).toBe(true);
    expect(seqs(index)).toEqual(expected(buffer, even));
  });

  it('equals a full scan after any mix of appending, prepending, letting go and slicing', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 0, max: 300 }) }),
      fc.record({ kind: fc.constant('prepend' as const), count: fc.integer({ min: 0, max: 300 }) }),
      fc.record({ kind: fc.constant('letGo' as const), count: fc.integer({ min: 0, max: 900 }) }),
      fc.record({ kind: fc.constant('slice' as const), count: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const buffer = new LogBuffer(1000);
        const index = new RowIndex(buffer);
        let oldest = 100_000;
        let newest = 100_000;
        index.reset(even, false);
        for (const { kind, count } of actions) {
          if (kind === 'append') {
            buffer.append(entriesOf(newest, count));
            newest += count;
          } else if (kind === 'prepend') {
            oldest -= count;
            buffer.prepend(entriesOf(oldest, count));
          } else if (kind === 'letGo') {
            buffer.letGo(count);
          } else index.step(always);
        }
        index.step(never);
        expect(seqs(index)).toEqual(expected(buffer, even));
      }),
      { numRuns: 60 },
    );
  });

  it('takes a whole traceback when one of its lines passes, also when the telling line comes last and late', () => {
    const buffer = new LogBuffer(100);
    const index = new RowIndex(buffer);
    const message: RowTest = (row) => row.kind === 'entry' && row.entry.text.includes('CUDA');
    index.reset(message, true);
    buffer.append([entryOf(1, { groupCursor: 'c1', text: 'Traceback' }), entryOf(2), entryOf(3, { groupCursor: 'c1', text: '  File' })]);
    index.step(never);
    expect(index.length).toBe(0);
    buffer.append([entryOf(4), entryOf(5, { groupCursor: 'c1', text: 'CUDA out of memory' })]);
    index.step(never);
    expect(seqs(index).map((seq) => seq - buffer.firstSeq)).toEqual([0, 2, 4]);
  });

  it('does so when the traceback is prepended in two parts', () => {
    const buffer = new LogBuffer(100);
    const index = new RowIndex(buffer);
    const message: RowTest = (row) => row.kind === 'entry' && row.entry.text.includes('Traceback');
    buffer.append([entryOf(5, { groupCursor: 'c1' }), entryOf(6)]);
    index.reset(message, true);
    index.step(never);
    expect(index.length).toBe(0);
    buffer.prepend([entryOf(1, { groupCursor: 'c1', text: 'Traceback' }), entryOf(2), entryOf(3, { groupCursor: 'c1' })]);
    index.step(never);
    expect(seqs(index).map((seq) => seq - buffer.firstSeq)).toEqual([0, 2, 3]);
  });
});
