import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsFor, gridRows, neighbour, rowOf, tilePx } from './layout.ts';

const days = [
  { day: '2026-05-04', count: 5 },
  { day: '2026-05-02', count: 1 },
];

describe('the rows of the grid', () => {
  it('begin each day anew', () => {
    expect(gridRows(6, days, 3)).toEqual([
      { kind: 'day', day: '2026-05-04', offset: 0, count: 5 },
      { kind: 'images', offset: 0, count: 3 },
      { kind: 'images', offset: 3, count: 2 },
      { kind: 'day', day: '2026-05-02', offset: 5, count: 1 },
      { kind: 'images', offset: 5, count: 1 },
    ]);
  });

  it('hold every image once, whatever the days say', () => {
    const someDays = fc.array(fc.record({ day: fc.string(), count: fc.nat(20) }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.nat(60), someDays, fc.integer({ min: 2, max: 9 }), (total, of, columns) => {
        const rows = gridRows(total, of, columns);
        const drawn = rows.flatMap((row) => (row.kind === 'images' ? Array.from({ length: row.count }, (_, at) => row.offset + at) : []));
        expect(drawn).toEqual(Array.from({ length: total }, (_, at) => at));
        for (const index of drawn) {
          const row = rows[rowOf(rows, index)];
          expect(row?.kind === 'images' && row.offset <= index && index < row.offset + row.count).toBe(true);
        }
        expect(rowOf(rows, total)).toBe(-1);
      }),
    );
  });

  it('fill the width', () => {
    expect([columnsFor(100), columnsFor(328), columnsFor(327)]).toEqual([2, 3, 2]);
    expect(tilePx(328, 3)).toBe(104);
  });
});

it('arrow keys stay in their column as far as rows are long enough, and never leave the grid', () => {
  const rows = gridRows(6, days, 3);
  expect(neighbour(rows, 2, 'ArrowDown')).toBe(4);
  expect(neighbour(rows, 4, 'ArrowDown')).toBe(5);
  expect(neighbour(rows, 5, 'ArrowUp')).toBe(3);
  expect(neighbour(rows, 5, 'ArrowDown')).toBe(5);
  expect(neighbour(rows, 0, 'ArrowLeft')).toBe(0);
  expect(neighbour(rows, 5, 'ArrowRight')).toBe(5);
  expect([neighbour(rows, 3, 'Home'), neighbour(rows, 3, 'End'), neighbour(rows, 3, 'x')]).toEqual([0, 5, null]);
  expect([neighbour(rows, 1, 'PageDown'), neighbour(rows, 5, 'PageUp')]).toEqual([5, 0]);
  expect(neighbour([], 0, 'ArrowDown')).toBe(null);
});
