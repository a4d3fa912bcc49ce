import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOwnActions } from './own-actions.ts';
import { runsOf } from './run-history.ts';

const line = (at: number, id: string, fields: Readonly<Record<string, string>> = {}, boot = 'a'): string =>
  JSON.stringify({
    __CURSOR: `s=${at}`,
    __REALTIME_TIMESTAMP: String(at * 1000),
    _BOOT_ID: boot,
    MESSAGE: 'x',
    MESSAGE_ID: id,
    UNIT: 'invokeai.service',
    ...fields,
  });
const STARTING = '7d4958e842da4a758f6c1cdc7b36dcc5';
const STARTED = '39f53479d3a045ac8e11786248231fbf';
const EXITED = '98e322203f7a4ed290d09fe03c09fe15';
const FAILED = 'd9b373ed55a64feb8242e02dbe79a49c';
const STOPPED = '9d1aaa27d60140bd96365438aad20286';
const SCHEDULED = '5eb03494b6584870a536b337290809b3';

describe('runsOf', () => {
  it('tells when, why and by what a unit was started and ended, newest first', () => {
    const runs = runsOf([
      line(1000, STARTING),
      line(1100, STARTED),
      line(2000, EXITED, { EXIT_CODE: 'exited', EXIT_STATUS: '1' }),
      line(2001, FAILED, { UNIT_RESULT: 'exit-code' }),
      line(2002, SCHEDULED),
      line(3000, STARTING),
      line(3100, STARTED),
      line(4000, STOPPED),
      line(5000, STARTED, {}, 'b'),
    ]);
    expect(runs).toEqual([
      { startedAt: 5000, endedAt: null, ending: 'running', why: null, cause: 'boot' },
      { startedAt: 3000, endedAt: 4000, ending: 'stopped', why: null, cause: 'systemd' },
      { startedAt: 1000, endedAt: 2001, ending: 'failed', why: 'exited with status 1', cause: 'unknown' },
    ]);
  });

  it('does not guess the end of a run that the boot cut off', () => {
    expect(runsOf([line(1000, STARTED), line(9000, STARTED, {}, 'b')])[1]).toMatchObject({ ending: 'host-ended', endedAt: null });
  });

  it('never throws, and never has a run end before it began', () => {
    const id = fc.constantFrom(STARTING, STARTED, EXITED, FAILED, STOPPED, SCHEDULED);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.tuple(id, fc.constantFrom('a', 'b')), fc.string())), (steps) => {
        const journal = steps.map((step, n) => (typeof step === 'string' ? step : line(1000 + n, step[0], {}, step[1])));
        for (const { startedAt, endedAt } of runsOf(journal)) expect(endedAt ?? startedAt).toBeGreaterThanOrEqual(startedAt);
      }),
    );
  });
});

describe('own actions', () => {
  it('mark the runs that this panel started, by the host’s clock', () => {
    let nowMs = 100_000;
    const own = createOwnActions({ clockOffsetMs: () => 50_000, now: () => nowMs });
    const about = { actionId: '1', unit: 'a.service', verb: 'restart', startedAt: 100_000 } as const;
    own.note({ ...about, kind: 'running', activeState: 'activating', subState: 'start' });
    nowMs = 110_000;
    own.note({ ...about, kind: 'done', elapsedMs: 10_000, activeState: 'active', subState: 'running' });
    const run = { endedAt: null, ending: 'running', why: null, cause: 'unknown' } as const;
    expect(own.claim('a.service', [{ ...run, startedAt: 155_000 }])[0]?.cause).toBe('panel');
    expect(own.claim('a.service', [{ ...run, startedAt: 120_000 }])[0]?.cause).toBe('unknown');
    expect(own.claim('a.service', [{ ...run, startedAt: 155_000, cause: 'systemd' }])[0]?.cause).toBe('systemd');
    expect(own.claim('b.service', [{ ...run, startedAt: 155_000 }])[0]?.cause).toBe('unknown');
  });
});
