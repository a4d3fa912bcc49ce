import { describe, expect, it } from 'vitest';
import { hostReadFailedError } from '../../foundation/host-reader/errors.ts';
import { byHand, type Check, pass, warn } from './check.ts';
import { type FreshResult, runChecks } from './run-checks.ts';
import { givenOut } from './still-reading.ts';
import { fakeSources } from './testing/fake-sources.ts';

const check = (id: string, run: Check['run'] = () => pass('fine'), cost: Check['cost'] = 'reads'): Check => ({
  id,
  title: id,
  group: 'host',
  layer: 'host',
  cost,
  about: '',
  run,
});

async function runAll(checks: readonly Check[], signal = new AbortController().signal) {
  const started: string[] = [];
  const results: FreshResult[] = [];
  await runChecks(checks, fakeSources({}), {
    read: Promise.resolve(),
    signal,
    now: () => 5,
    onStart: (id) => started.push(id),
    onResult: (result) => results.push(result),
  });
  return { started, results };
}

describe('a run of checks', () => {
  it('asks over HTTP while the machines are read, and asks again where a reading was not there yet', async () => {
    let end = (): void => {};
    const reading = new Promise<void>((resolve) => {
      end = resolve;
    });
    const host = givenOut(reading);
    const ran: string[] = [];
    const note = (id: string, look: () => void = () => {}) =>
      check(id, () => {
        look();
        ran.push(id);
        return pass('fine');
      });
    const checks = [{ ...note('reads'), reads: { first: ['os'] } }, note('clock', () => host.now()), note('http')];
    const results: FreshResult[] = [];
    const run = runChecks(checks, fakeSources({}), {
      read: host.read,
      signal: new AbortController().signal,
      now: () => 5,
      onStart: () => {},
      onResult: (result) => {
        results.push(result);
        if (result.id === 'http') end();
      },
    });
    await run;
    expect(ran[0]).toBe('http');
    expect(results.map(({ id, verdict }) => `${id} ${verdict}`).sort()).toEqual(['clock pass', 'http pass', 'reads pass']);
  });

  it('shows what a check throws as unknown, with cause and remedy, and goes on', async () => {
    const failing = check('a', () => {
      throw hostReadFailedError('sh: not found');
    });
    const { results } = await runAll([failing, check('b', () => Promise.reject(new Error('bug')))]);
    expect(results.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['a', 'unknown'],
      ['b', 'unknown'],
    ]);
    expect(results[0]?.remedy?.text).not.toBe('');
    expect(results[1]?.summary).toContain('Something went wrong');
  });

  it('makes images one after the other and loads the gateway last', async () => {
    let atWork = 0;
    let most = 0;
    const order: string[] = [];
    const heavy = (id: string, cost: Check['cost']) =>
      check(
        id,
        async () => {
          atWork += 1;
          most = Math.max(most, atWork);
          await Promise.resolve();
          order.push(id);
          atWork -= 1;
          return pass('');
        },
        cost,
      );
    await runAll([heavy('load', 'load'), heavy('image-1', 'image'), heavy('image-2', 'image'), check('read')]);
    expect(most).toBe(1);
    expect(order).toEqual(['image-1', 'image-2', 'load']);
  });

  it('starts nothing more once it is cancelled, and keeps what was found', async () => {
    const controller = new AbortController();
    const ending = check('first', () => {
      controller.abort();
      return pass('found');
    });
    const { started, results } = await runAll([ending, check('image', undefined, 'image')], controller.signal);
    expect(started).toEqual(['first']);
    expect(results.map(({ id }) => id)).toEqual(['first']);
  });

  it('shows nothing that was found wrong after the cancel, for that may be the cancel itself', async () => {
    const controller = new AbortController();
    const caught = check('caught', () => {
      controller.abort();
      return warn('The port did not respond to a request', byHand('Close it.'));
    });
    expect((await runAll([caught], controller.signal)).results).toEqual([]);
  });

  it('ends at a cancel while the machines are still read', async () => {
    const controller = new AbortController();
    const results: FreshResult[] = [];
    const run = runChecks([{ ...check('reads'), reads: { first: ['os'] } }], fakeSources({}), {
      read: new Promise(() => {}),
      signal: controller.signal,
      now: () => 5,
      onStart: () => {},
      onResult: (result) => results.push(result),
    });
    controller.abort();
    await run;
    expect(results).toEqual([]);
  });

  it('removes secrets and control characters from evidence, and caps it', async () => {
    const loud = check('a', () =>
      pass('ok', 'Authorization: Bearer sk-abcdefghijklmnop', '\u001b[31mred', ...Array.from({ length: 40 }, (_, n) => `line ${n}`)),
    );
    const { results } = await runAll([loud]);
    const evidence = results[0]?.evidence ?? [];
    expect(evidence[0]).not.toContain('abcdefghijklmnop');
    expect(evidence[1]).toBe('red');
    expect(evidence).toHaveLength(21);
    expect(evidence.at(-1)).toBe('and 22 more');
  });
});
