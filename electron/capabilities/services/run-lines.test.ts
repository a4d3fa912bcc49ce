import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { lastLinesOfRun } from './run-lines.ts';

const RUN = 'c'.repeat(32);
const line = (identifier: string, message: string, more: Record<string, string> = {}): string =>
  JSON.stringify({
    __CURSOR: 's=a',
    __REALTIME_TIMESTAMP: '1773130500000000',
    _BOOT_ID: 'b',
    SYSLOG_IDENTIFIER: identifier,
    MESSAGE: message,
    ...more,
  });
const ENDED = line('systemd', 'a.service: Failed with result exit-code.', { INVOCATION_ID: RUN });
const WORDS = line('painter', 'the model folder is missing', { _SYSTEMD_INVOCATION_ID: RUN });

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
        line('painter', 'late words of the run before'),
        line('painter', 'words of the run before', { _SYSTEMD_INVOCATION_ID: 'd'.repeat(32) }),
        line('systemd', 'Starting a.service', { INVOCATION_ID: RUN }),
        line('helper', 'words of another run', { _SYSTEMD_INVOCATION_ID: 'd'.repeat(32) }),
        line('painter', 'INVOCATION_ID is said in a message'),
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
    expect(requested()).toBe(5);
  });

  it('are asked for once where they are there, and never throw', async () => {
    const there = journal(WORDS);
    expect(await linesOf(there.transport)).toEqual(['the model folder is missing']);
    expect(there.requested()).toBe(1);
    expect(await linesOf(journal(new Error('away')).transport)).toEqual([]);
    expect(await linesOf(journal(ENDED, new Error('away')).transport)).toHaveLength(1);
  });
});
