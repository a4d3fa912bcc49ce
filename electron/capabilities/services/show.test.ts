import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, fixtureNames, outsideCorpus, outsideNames } from '../../../fixtures/samples.ts';
import { parseCount, parseShow, parseTimestampMs } from './show-parser.ts';
import { verdictOf } from './verdict.ts';

describe('what systemd shows', () => {
  const read = (name: string) => parseShow(fixture('systemctl-show', `${name}.txt`));
  const verdict = (name: string) => {
    const unit = read(name)[0];
    return unit === undefined ? null : verdictOf(unit);
  };

  it('is read past a value with a line break in it', () => {
    expect(read('ok')).toHaveLength(1);
    expect(read('ok')[0]).toMatchObject({
      id: 'ok.service',
      mainPid: 412,
      memoryCurrentBytes: null,
      restarts: 0,
      activeEnteredAt: Date.parse('2026-03-10T08:15:04Z'),
    });
    expect(read('two-units').map((unit) => unit.id)).toEqual(['ok.service', 'nosuch.service']);
  });

  it.each([
    ['ok', 'good', 'running', null],
    ['exit3', 'bad', 'failed', 'exited with status 3'],
    ['sig9', 'bad', 'failed', 'signal 9 (KILL)'],
    ['noexec', 'bad', 'failed', '203'],
    ['nouser', 'bad', 'failed', 'user does not exist'],
    ['nodir', 'bad', 'failed', 'working directory'],
    ['loop', 'bad', 'failed', 'exited with status 1'],
    ['autorestart', 'warning', 'restarting', 'exited with status 1'],
    ['slowstart', 'busy', 'starting', null],
    ['oneshot', 'off', 'stopped', null],
    ['nosuch', 'unknown', 'not installed', 'no unit file'],
  ])('%s: %s, %s', (name, tone, word, why) => {
    const message = verdict(name);
    expect(message).toMatchObject({ tone, word });
    if (why === null) expect(message?.why).toBeNull();
    else expect(message?.why).toContain(why);
  });

  it('is one unit a file in every sample', () => {
    for (const name of fixtureNames('systemctl-show')) expect(parseShow(fixture('systemctl-show', name)).length).toBeGreaterThan(0);
  });

  const CORPUS = 'host-samples';
  const corpusNames = outsideNames(CORPUS, /^systemctl-show-.*\.txt$/);
  it.skipIf(corpusNames.length === 0)('is read in the extra corpus, too', () => {
    for (const name of corpusNames) {
      const [unit] = parseShow(readFileSync(join(outsideCorpus(CORPUS) ?? '', name), 'utf8'));
      expect(unit?.id, name).toMatch(/\.service$/);
    }
  });
});

describe('values of systemd', () => {
  it('knows every way of "not set"', () => {
    for (const text of ['[not set]', 'infinity', '18446744073709551615', '', 'n/a', '-1']) expect(parseCount(text)).toBeNull();
    expect(parseCount('0')).toBe(0);
  });

  it('reads times in seconds and in words, and no zone it cannot know', () => {
    expect(parseTimestampMs('@1795381835')).toBe(1_795_381_835_000);
    expect(parseTimestampMs('@1795381835.250000')).toBe(1_795_381_835_250);
    expect(parseTimestampMs('Sun 2026-11-22 21:10:35 UTC')).toBe(Date.parse('2026-11-22T21:10:35Z'));
    expect(parseTimestampMs('Sun 2026-11-22 18:10:35 -03')).toBe(Date.parse('2026-11-22T21:10:35Z'));
    expect(parseTimestampMs('Mon 2026-11-23 02:55:35 +0545')).toBe(Date.parse('2026-11-22T21:10:35Z'));
    for (const text of ['', 'n/a', '@0', 'Sun 2026-11-22 21:10:35 CET', 'Sonntag']) expect(parseTimestampMs(text)).toBeNull();
  });

  it('says why in words', () => {
    const base = { loadState: 'loaded', activeState: 'failed', subState: 'failed', unitFileState: 'enabled', type: 'simple', restarts: 0 };
    const why = (result: string, execMainCode: number, execMainStatus: number) =>
      verdictOf({ ...base, result, execMainCode, execMainStatus }).why;
    expect(why('oom-kill', 2, 9)).toContain('memory');
    expect(why('start-limit-hit', 1, 1)).toContain('too often');
    expect(why('timeout', 2, 15)).toContain('time');
    expect(why('exit-code', 1, 226)).toContain('226');
    expect(why('exit-code', 1, 216)).toContain('group');
    expect(
      verdictOf({
        ...base,
        result: 'exit-code',
        activeState: 'activating',
        subState: 'auto-restart',
        execMainCode: 1,
        execMainStatus: 1,
        restarts: 7,
      }).word,
    ).toBe('restarting (7 times)');
    expect(
      verdictOf({ ...base, result: 'success', loadState: 'masked', activeState: 'inactive', execMainCode: 0, execMainStatus: 0 }).word,
    ).toBe('masked');
  });

  it('never throws, and finds again what was printed', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseShow(text))));
    const unit = fc.record({
      id: fc.stringMatching(/^[a-z]{1,8}\.service$/),
      restarts: fc.nat(),
      pid: fc.nat(),
      state: fc.constantFrom('active', 'failed'),
    });
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 5 }), (units) => {
        const text = units
          .map((one) => `MainPID=${one.pid}\nNRestarts=${one.restarts}\nId=${one.id}\nActiveState=${one.state}\n`)
          .join('\n');
        expect(
          parseShow(text).map((one) => ({ id: one.id, restarts: one.restarts, pid: one.mainPid ?? 0, state: one.activeState })),
        ).toEqual(units);
      }),
    );
  });
});
