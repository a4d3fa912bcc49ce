import { afterEach, describe, expect, it, vi } from 'vitest';
import { calls } from '../../shared/contract/index.ts';
import { type EveryCallIsAnswered, HOST_CAPABILITIES, PANEL_CAPABILITIES } from '../capabilities.ts';
import { silentLogger } from '../foundation/log/log.ts';
import { createAnswer } from './answer.ts';

const hostCalls = calls.filter((call) => call.kind === 'host-call');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('calls about a host', () => {
  it.each(hostCalls.map((call) => [call.name, call] as const))(
    '%s reaches the host that it names, and none without one',
    async (name, call) => {
      // Of what a dialog sends, only the host matters here: every input passes.
      // As the union of all inputs it is too large for the compiler.
      const input: { safeParse(data: unknown): unknown } = call.input;
      vi.spyOn(input, 'safeParse').mockImplementation((data) => ({ success: true, data }));
      const done: unknown[] = [];
      const answer = createAnswer(
        {
          ofPanel: () => done.push('no host'),
          ofHost: (hostId, called, input) => done.push([hostId, called, input]),
        },
        silentLogger,
      );
      const value = { of: 'a dialog' };
      const [first, second] = [answer(name, { hostId: 'ada2', value }), answer(name, { hostId: 'ada3', value })];
      expect([await first, await second]).toMatchObject([{ ok: true }, { ok: true }]);
      expect(done).toEqual([
        ['ada2', name, value],
        ['ada3', name, value],
      ]);
      for (const raw of [value, { value }, { hostId: null, value }, { hostId: '../ada2', value }, undefined])
        expect(await answer(name, raw)).toMatchObject({ ok: false, error: { code: 'bad-input' } });
      expect(done).toHaveLength(2);
    },
  );

  it('have exactly one capability each', () => {
    const isEveryCallAnswered: EveryCallIsAnswered = true;
    expect(isEveryCallAnswered).toBe(true);
    const answered = [...HOST_CAPABILITIES, ...PANEL_CAPABILITIES].flatMap((capability) => capability.calls);
    const own = /^(app|hosts)\./;
    expect(answered.toSorted()).toEqual(
      calls
        .map(({ name }) => name as string)
        .filter((name) => !own.test(name))
        .toSorted(),
    );
  });
});
