import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { journalLine } from '../../testing/journal-line.ts';
import { lastLinesOfRun, linesOfNewestRun } from './run-lines.ts';

const RUN = 'c'.repeat(32);
const ENDED = journalLine('systemd', 'a.service: Failed with result exit-code.', { INVOCATION_ID: RUN });
const WORDS = journalLine('painter', 'the model folder is missing', { _SYSTEMD_INVOCATION_ID: RUN });

/** A journal that answers each question with the next of these; the last one stays. */
function journal(...answers: readonly (string | Error)[]) {
  let requested = 0;
  const { transport } = createFakeTransport(async () => {
    const answer = answers[Math.min(requested, answers.length - 1)] ?? '';
    requested += 1;
    if (answer instanceof Error) throw answer;
    return { stdout: answer };
  });
  return { transport, requested: () => requested };
}

describe('the last lines of a run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const linesOf = async (transport: Transport): Promise<readonly string[]> => {
    const lines = lastLinesOfRun({ transport, unit: 'a.service', invocationId: RUN });
    await vi.runAllTimersAsync();
    return await lines;
  };

  it("are waited for while only systemd's own are there", async () => {
    const { transport } = journal(ENDED, ENDED, `${WORDS}\n${ENDED}`);
    expect(await linesOf(transport)).toEqual(['the model folder is missing', 'a.service: Failed with result exit-code.']);
  });

  it('are of that run, with those that journald took in too late to know their run', async () => {
    const { transport } = journal(
      [
        journalLine('painter', 'late words of the run before'),
        journalLine('painter', 'words of the run before', { _SYSTEMD_INVOCATION_ID: 'd'.repeat(32) }),
        journalLine('systemd', 'Starting a.service', { INVOCATION_ID: RUN }),
        journalLine('helper', 'words of another run', { _SYSTEMD_INVOCATION_ID: 'd'.repeat(32) }),
        journalLine('painter', 'INVOCATION_ID is said in a message'),
        ENDED,
      ].join('\n'),
    );
    expect(await linesOf(transport)).toEqual([
      'Starting a.service',
      'INVOCATION_ID is said in a message',
      'a.service: Failed with result exit-code.',
    ]);
  });

  it('are those of systemd where the process said nothing, after a moment', async () => {
    const { transport, requested } = journal(ENDED);
    expect(await linesOf(transport)).toHaveLength(1);
    expect(requested()).toBe(16);
  });

  it('are asked for once where they are there, and never throw', async () => {
    const there = journal(WORDS);
    expect(await linesOf(there.transport)).toEqual(['the model folder is missing']);
    expect(there.requested()).toBe(1);
    expect(await linesOf(journal(new Error('away')).transport)).toEqual([]);
    expect(await linesOf(journal(ENDED, new Error('away')).transport)).toHaveLength(1);
  });
});

describe('the lines of the newest run', () => {
  const BEFORE = 'd'.repeat(32);
  const systemd = (run: string, message: string, messageId = ''): string =>
    journalLine('systemd', message, { INVOCATION_ID: run, ...(messageId === '' ? {} : { MESSAGE_ID: messageId }) });
  const program = (message: string, run?: string): string =>
    journalLine('painter', message, run === undefined ? {} : { _SYSTEMD_INVOCATION_ID: run });
  const refused = [
    systemd(BEFORE, 'Started a.service'),
    program('usage: painter', BEFORE),
    // Too late to know its run.
    program('unrecognized arguments'),
    systemd(BEFORE, 'Failed with result exit-code'),
  ];
  const restarted = systemd(BEFORE, 'Scheduled restart job', '5eb03494b6584870a536b337290809b3');
  const started = [systemd(BEFORE, 'Stopped a.service'), systemd(RUN, 'Started a.service')];

  it('are those of the run before while a restart loop has just begun the next', () => {
    expect(linesOfNewestRun([...refused, restarted, ...started])).toEqual(
      expect.arrayContaining(['usage: painter', 'unrecognized arguments', 'Scheduled restart job']),
    );
    expect(linesOfNewestRun([...refused, restarted, ...started, program('hello', RUN)])).toEqual(['Started a.service', 'hello']);
    expect(linesOfNewestRun([...refused, restarted, ...started, program('late hello')])).toEqual(['Started a.service', 'late hello']);
  });

  it('are never those before a start by hand', () => {
    expect(linesOfNewestRun([...refused, ...started])).toEqual(['Started a.service']);
    const earlier = [...refused, restarted].map((one) => one.replaceAll(BEFORE, 'e'.repeat(32)));
    expect(linesOfNewestRun([...earlier, ...refused, ...started])).toEqual(['Started a.service']);
  });

  it('are those of systemd where no run of a loop logged anything, and none where no run is known', () => {
    expect(linesOfNewestRun([systemd(BEFORE, 'Started a.service'), restarted, ...started])).toEqual(['Started a.service']);
    expect(linesOfNewestRun([program('of no run'), ''])).toEqual([]);
  });

  it('never throw', () => {
    const pieces = fc.constantFrom(...refused, restarted, ...started, '{', '"INVOCATION_ID":"', 'null', '[]');
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }), (lines) => {
        expect(linesOfNewestRun(lines).every((text) => typeof text === 'string')).toBe(true);
      }),
    );
  });
});
