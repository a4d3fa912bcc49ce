import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogPosition } from './log-position.ts';
import { RequestTally } from './request-tally.ts';

const NOW = 1_800_000_000_000;
const line = (secondsAgo: number, over: object = {}): string =>
  `=${JSON.stringify({ duration_ms: 1, path: '/v1/images/generations', status: 200, ts: NOW / 1000 - secondsAgo, ...over })}`;
const first = (secondsAgo: number): string => `#first ${NOW / 1000 - secondsAgo}`;
const countOf = (tally: RequestTally): number => [...tally.cells(0, NOW * 2, [])].reduce((sum, [, { count }]) => sum + count, 0);

describe('the position in a log', () => {
  it('goes on behind what was read, and covers the time up to each reading', async () => {
    const [position, tally] = [new LogPosition(), new RequestTally()];
    expect(position.request('/log', 60_000 * 60)).toBe('requests /log 0 0 60');
    await position.take(['#id 7', '#size 100', first(300), line(300), '=garbage', line(200), '#end 100'], tally, 0, NOW);
    expect([countOf(tally), position.badLines, position.progress]).toEqual([2, 1, 1]);
    expect(position.covered).toEqual([{ fromMs: NOW - 300_000, toMs: NOW }]);
    expect(position.request('/log', 60_000 * 60)).toBe('requests /log 7 100 60');
    await position.take(['#id 7', '#size 100', '#end 100'], tally, 0, NOW + 5_000);
    expect(position.covered).toEqual([{ fromMs: NOW - 300_000, toMs: NOW + 5_000 }]);
  });

  it('says how far a long log was read', async () => {
    const position = new LogPosition();
    const tally = new RequestTally();
    expect(await position.take(['#id 7', '#size 400', first(300), line(300), '#end 100'], tally, 0, NOW)).toBe(true);
    expect([position.progress, position.covered[0]?.toMs]).toEqual([0.25, NOW - 300_000]);
    expect(await position.take(['#id 7', '#size 400', first(200), line(100), '#end 400'], tally, 0, NOW)).toBe(false);
    expect([position.progress, position.covered]).toEqual([1, [{ fromMs: NOW - 300_000, toMs: NOW }]]);
  });

  it('goes on over a rotation whose rest is there, and has a gap where it is lost', async () => {
    const position = new LogPosition();
    const tally = new RequestTally();
    await position.take(['#id 7', '#size 100', first(300), line(300), '#end 100'], tally, 0, NOW - 200_000);
    const rotated = [first(190), line(190), '#end 150', '#new', '#id 8', '#size 60', first(150), line(150), '#end 60'];
    await position.take(rotated, tally, 0, NOW - 100_000);
    expect(position.covered).toEqual([{ fromMs: NOW - 300_000, toMs: NOW - 100_000 }]);
    expect(position.request('/log', 60_000)).toBe('requests /log 8 60 1');
    await position.take(['#lost', '#id 9', '#size 60', first(50), line(50), '#end 60'], tally, 0, NOW);
    expect(position.covered).toEqual([
      { fromMs: NOW - 300_000, toMs: NOW - 100_000 },
      { fromMs: NOW - 50_000, toMs: NOW },
    ]);
    expect(countOf(tally)).toBe(4);
  });

  it('reads times by this computer’s clock', async () => {
    const position = new LogPosition();
    await position.take(['#id 7', '#size 10', first(0), line(0), '#end 10'], new RequestTally(), 60_000, NOW);
    expect(position.covered[0]?.fromMs).toBe(NOW - 60_000);
  });

  it('throws for no answer', async () => {
    const words = fc.constantFrom(
      '#id 7',
      '#id x',
      '#size 9',
      '#end 9',
      '#end -1',
      '#first x',
      '#first 1e9',
      '#lost',
      '#new',
      '={',
      '=',
      '',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(words, fc.string({ maxLength: 40 })), { maxLength: 20 }), async (lines) => {
        const position = new LogPosition();
        await position.take(lines, new RequestTally(), 0, NOW);
        expect(position.progress).toBeLessThanOrEqual(1);
        expect(position.request('/log', 60_000)).toMatch(/^requests \/log \d+ \d+ 1$/);
      }),
    );
  });
});
