import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../features/journal/test-entries.ts';
import { binWidthMs, type Histogram, HistogramScan, seqAtTime } from './histogram.ts';
import { LogBuffer } from './log-buffer.ts';
import { LogView, PLAIN_VIEW } from './log-view.ts';

const viewOf = (times: readonly number[], severity: (n: number) => 'error' | 'warning' | 'info' = () => 'info'): LogView => {
  const view = new LogView(new LogBuffer(10_000));
  view.buffer.append(times.map((at, n) => entryOf(n, { at, severity: severity(n) })));
  return view;
};
const scanned = (view: LogView, isOver: () => boolean = () => false): Histogram => {
  const scan = new HistogramScan();
  scan.begin(view);
  for (;;) {
    const found = scan.step(isOver);
    if (found !== null) return found;
  }
};
const total = ({ bins }: Histogram): number => bins.reduce((sum, { error, warning, other }) => sum + error + warning + other, 0);

describe('HistogramScan', () => {
  it('counts every line once, by level, in bins that begin at round times', () => {
    const view = viewOf([61_500, 62_000, 125_000], (n) => (n === 0 ? 'error' : n === 1 ? 'warning' : 'info'));
    const { fromMs, binMs, bins } = scanned(view);
    expect(binMs).toBe(1000);
    expect(fromMs).toBe(61_000);
    expect(bins[0]).toEqual({ error: 1, warning: 0, other: 0 });
    expect(bins[1]).toEqual({ error: 0, warning: 1, other: 0 });
    expect(bins.at(-1)).toEqual({ error: 0, warning: 0, other: 1 });
  });

  it('counts the shown lines alone', () => {
    const view = viewOf([1000, 2000, 3000], (n) => (n === 1 ? 'error' : 'info'));
    view.setOptions({ ...PLAIN_VIEW, level: 'error' });
    view.step(() => false);
    expect(total(scanned(view))).toBe(1);
  });

  it('is empty without lines', () => expect(scanned(viewOf([])).bins).toEqual([]));

  it('counts each line that stays once, however it is interrupted while others come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 60 }), fc.nat(20), (gaps, dropped) => {
        let at = 0;
        const view = viewOf(gaps.map((gap) => (at += gap)));
        const scan = new HistogramScan();
        scan.begin(view);
        view.buffer.append([entryOf(5000, { at: at + 1 })]);
        view.buffer.letGo(Math.max(1, view.buffer.length - dropped));
        const found = scan.step(() => false);
        expect(found === null ? Number.NaN : total(found)).toBe(view.buffer.length - 1);
      }),
    );
  });

  it('never needs more bins than it has room for', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1e13, noNaN: true }), (spanMs) => spanMs / binWidthMs(spanMs) < 95.001));
  });
});

describe('seqAtTime', () => {
  it('finds the first line that is not older, also behind a mark', () => {
    const view = viewOf([1000, 2000]);
    view.buffer.appendMark({ kind: 'gap', at: 1, message: '' });
    view.buffer.append([entryOf(9, { at: 3000 })]);
    expect(seqAtTime(view, 0)).toBe(view.buffer.firstSeq);
    expect(seqAtTime(view, 1500)).toBe(view.buffer.firstSeq + 1);
    expect(seqAtTime(view, 2500)).toBe(view.buffer.firstSeq + 2);
    expect(seqAtTime(view, 3001)).toBeNull();
  });
});
