import { describe, expect, it } from 'vitest';
import type { CheckInfo, CheckResult, CheckVerdict } from '../../../shared/capabilities/checks/contract.ts';
import { agesOf, type CheckRow, costOf, countFiltered, countVerdicts, groupsOf, type RowSelection, rowsOf } from './rows.ts';

const info = (id: string, group: CheckInfo['group'], cost: CheckInfo['cost'] = 'reads'): CheckInfo => ({
  id,
  title: `Title of ${id}`,
  group,
  layer: 'host',
  cost,
  about: `About ${id}.`,
});
const result = (id: string, verdict: CheckVerdict, more: Partial<CheckResult> = {}): CheckResult => ({
  id,
  verdict,
  summary: `${id} is so`,
  evidence: [],
  remedy: null,
  takenAt: 1000,
  elapsedMs: 5,
  since: 500,
  ...more,
});
const row = (id: string, group: CheckInfo['group'], verdict: CheckVerdict | null, more: Partial<CheckResult> = {}): CheckRow => ({
  info: info(id, group),
  result: verdict === null ? null : result(id, verdict, more),
  progress: null,
});

const ROWS = [
  row('lock', 'gateway', 'pass'),
  row('disk', 'host', 'pass'),
  row('memory', 'host', 'warn'),
  row('swap', 'host', null),
  row('clock', 'host', 'fail', { evidence: ['offset 3 min'], remedy: { text: 'Start chrony.', recipe: null } }),
  row('driver', 'gpu', 'unknown'),
  row('mig', 'gpu', 'skipped'),
];
const ALL: RowSelection = { filter: 'all', query: '', isFailedFirst: false, opened: new Set(), held: null };
const idsOf = (o: Partial<RowSelection>): readonly string[] =>
  groupsOf(ROWS, { ...ALL, ...o }).flatMap(({ rows }) => rows.map((one) => one.info.id));

describe('rowsOf', () => {
  it('joins checks, newest results and the run at work', () => {
    const [a, b, c, d] = rowsOf({
      checks: [info('a', 'host'), info('b', 'host'), info('c', 'host'), info('d', 'host')],
      results: [result('a', 'pass'), result('gone', 'fail')],
      run: { startedAt: 0, ids: ['a', 'b', 'c'], done: ['a'], running: ['b'], isCancelling: false, costs: ['reads'] },
    });
    expect([a?.result?.verdict, b?.result, c?.result]).toEqual(['pass', null, null]);
    expect([a?.progress, b?.progress, c?.progress, d?.progress]).toEqual([null, 'running', 'waiting', null]);
  });
});

describe('counts', () => {
  it('counts each verdict, and what was not run', () => {
    expect(countVerdicts(ROWS)).toEqual({ pass: 2, warn: 1, fail: 1, unknown: 1, skipped: 1, notRun: 1 });
    expect(countFiltered(ROWS)).toEqual({ all: 7, problems: 2, unknown: 1, skipped: 1 });
  });

  it('separates what a run costs', () => {
    expect(costOf([info('a', 'host'), info('b', 'gateway', 'image'), info('c', 'gateway', 'load')])).toEqual({
      reads: ['a'],
      image: ['b'],
      load: ['c'],
    });
  });
});

describe('groupsOf', () => {
  it('keeps the order of the chain and of the list', () => {
    expect(groupsOf(ROWS, ALL).map(({ group }) => group)).toEqual(['host', 'gpu', 'gateway']);
    expect(idsOf({})).toEqual(['disk', 'memory', 'swap', 'clock', 'driver', 'mig', 'lock']);
  });

  it('puts what failed first within its group', () => {
    expect(idsOf({ isFailedFirst: true })).toEqual(['clock', 'memory', 'disk', 'swap', 'driver', 'mig', 'lock']);
  });

  it('filters by verdict, and leaves out empty groups', () => {
    expect(idsOf({ filter: 'problems' })).toEqual(['memory', 'clock']);
    expect(idsOf({ filter: 'unknown' })).toEqual(['driver']);
    expect(idsOf({ filter: 'skipped' })).toEqual(['mig']);
    expect(groupsOf(ROWS, { ...ALL, filter: 'skipped' })[0]?.members).toHaveLength(2);
  });

  it('finds every word, in title, summary, evidence and remedy', () => {
    expect(idsOf({ query: 'CLOCK title' })).toEqual(['clock']);
    expect(idsOf({ query: 'offset' })).toEqual(['clock']);
    expect(idsOf({ query: 'chrony' })).toEqual(['clock']);
    expect(idsOf({ query: 'clock disk' })).toEqual([]);
  });

  it('keeps an opened row whatever the filter', () => {
    expect(idsOf({ filter: 'problems', opened: new Set(['disk']) })).toEqual(['disk', 'memory', 'clock']);
  });

  it('keeps rows in their places while a run changes their verdicts', () => {
    const held = new Map<string, CheckVerdict>([
      ['disk', 'fail'],
      ['clock', 'pass'],
    ]);
    expect(idsOf({ isFailedFirst: true, held })).toEqual(['disk', 'clock', 'memory', 'swap', 'driver', 'mig', 'lock']);
    // What failed when the run began stays, and what fails now is added.
    expect(idsOf({ filter: 'problems', held })).toEqual(['disk', 'memory', 'clock']);
  });
});

describe('agesOf', () => {
  it('is as old as the oldest check that only reads', () => {
    const image: CheckRow = { info: info('image', 'gateway', 'image'), result: result('image', 'pass', { takenAt: 5 }), progress: null };
    expect(agesOf([row('a', 'host', 'pass', { takenAt: 100 }), row('b', 'host', 'pass', { takenAt: 900 }), image])).toEqual({
      oldestAt: 100,
      newestAt: 900,
    });
    expect(agesOf([image])).toEqual({ oldestAt: 5, newestAt: 5 });
    expect(agesOf([row('a', 'host', null)])).toEqual({ oldestAt: null, newestAt: null });
  });
});
