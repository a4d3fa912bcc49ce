import { expect, it } from 'vitest';
import { frameOf } from './frame.ts';
import { placeMarks } from './placed-marks.ts';
import type { ChartMark } from './types.ts';

const SPAN = { fromMs: 0, toMs: 1_000_000 };
const FRAME = frameOf(1_000, 100, false, 0);
const opened: string[] = [];
const mark = (key: string, fromMs: number, toMs: number | null, tone: ChartMark['tone'] = 'warning'): ChartMark => ({
  key,
  fromMs,
  toMs,
  tone,
  label: key,
  open: () => opened.push(key),
});
const place = (marks: readonly ChartMark[]) => placeMarks(marks, SPAN, 900_000, FRAME);

it('draws each stretch where it was, the worst first, and gives each that stands alone a handle', () => {
  const { bands, handles } = place([mark('a', 100_000, 200_000), mark('b', 500_000, null, 'bad'), mark('before', -5_000, -1)]);
  expect(bands.map(({ tone, path }) => [tone, path.match(/M/g)?.length])).toEqual([
    ['bad', 1],
    ['warning', 1],
  ]);
  expect(handles.map(({ title }) => title)).toEqual(['a', 'b']);
  // A mark that is still going on reaches to now.
  expect(handles[1]?.width).toBeCloseTo(FRAME.width * 0.4, 3);
});

it('joins handles that would cover each other, and opens the newest of the worst', () => {
  const { handles } = place([mark('a', 100_000, 100_001), mark('b', 101_000, 101_001, 'bad'), mark('c', 102_000, 102_001, 'info')]);
  expect(handles).toHaveLength(1);
  expect(handles[0]).toMatchObject({ tone: 'bad', title: 'a\n\nb\n\nc' });
  opened.length = 0;
  handles[0]?.open();
  expect(opened).toEqual(['b']);
});

it('leaves a short mark its handle over a long one', () => {
  const { handles } = place([mark('short', 300_000, 300_001, 'bad'), mark('long', 100_000, 800_000)]);
  expect(handles.map(({ title }) => title)).toEqual(['long', 'short']);
});

it('draws any number of marks with as many handles as fit, and one path a tone', () => {
  const many = Array.from({ length: 5_000 }, (_, i) => mark(`m${i}`, i * 200, i * 200 + 50, i % 2 === 0 ? 'warning' : 'info'));
  const { bands, handles } = place(many);
  expect(bands).toHaveLength(2);
  expect(handles.length).toBeLessThanOrEqual(FRAME.width / 10 + 1);
  expect(handles[0]?.title).toMatch(/and \d+ more$/);
  const sorted = handles.toSorted((a, b) => a.left - b.left);
  expect(sorted.every(({ left }, i) => left >= (sorted[i - 1]?.left ?? 0) + (sorted[i - 1]?.width ?? 0) - 0.001)).toBe(true);
});
