import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Loop, startLoop } from './loop.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  loop?.stop();
  loop = null;
  vi.useRealTimers();
});

let loop: Loop | null = null;

/** A loop whose turns end when they are told to, and how many were under way at most. */
function open() {
  const ends: ((waitMs: number | null) => void)[] = [];
  const seen = { begun: 0, atOnce: 0, most: 0, isAborted: () => false };
  const started = startLoop(async (signal) => {
    seen.begun += 1;
    seen.atOnce += 1;
    seen.most = Math.max(seen.most, seen.atOnce);
    seen.isAborted = () => signal.aborted;
    const waitMs = await new Promise<number | null>((resolve) => ends.push(resolve));
    seen.atOnce -= 1;
    return waitMs;
  });
  loop = started;
  const end = async (waitMs: number | null): Promise<void> => {
    ends.shift()?.(waitMs);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { loop: started, seen, end };
}

describe('a loop', () => {
  it('begins at once, and again after the time each turn says', async () => {
    const { seen, end } = open();
    expect(seen.begun).toBe(1);
    await end(5_000);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(seen.begun).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.begun).toBe(2);
    await end(10);
    await vi.advanceTimersByTimeAsync(10);
    expect(seen.begun).toBe(3);
  });

  it('waits for a turn that hangs, however long, and piles nothing onto it', async () => {
    const { loop: hung, seen, end } = open();
    const requested = Array.from({ length: 100 }, () => hung.now());
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(seen.begun).toBe(1);
    await end(5_000);
    expect(seen.begun).toBe(2);
    await end(5_000);
    await Promise.all(requested);
    expect(seen).toMatchObject({ begun: 2, most: 1 });
  });

  it('rests until it is asked, when a turn says so', async () => {
    const { loop: resting, seen, end } = open();
    await end(null);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(seen.begun).toBe(1);
    const requested = resting.now();
    expect(seen.begun).toBe(2);
    await end(null);
    await requested;
  });

  it('takes a turn that was asked for in place of the one that was due', async () => {
    const { loop: requested, seen, end } = open();
    await end(1_000);
    void requested.now();
    await end(1_000);
    await vi.advanceTimersByTimeAsync(999);
    expect(seen.begun).toBe(2);
  });

  it('answers who asked while a turn was under way only after the one that followed', async () => {
    const { loop: requested, end } = open();
    let isAnswered = false;
    void requested.now().then(() => {
      isAnswered = true;
    });
    await end(1_000);
    expect(isAnswered).toBe(false);
    await end(1_000);
    expect(isAnswered).toBe(true);
  });

  it('takes no two turns at once, also for who asks in the moment between two', async () => {
    const { loop: requested, seen, end } = open();
    await end(null);
    void requested.now().then(() => requested.now());
    void requested.now();
    await end(null);
    expect(seen).toMatchObject({ begun: 3, most: 1 });
    await end(null);
    expect(seen.most).toBe(1);
  });

  it('ends with its turn told so, and does not begin again', async () => {
    const { loop: stopped, seen, end } = open();
    const waiting = stopped.now();
    stopped.stop();
    expect(seen.isAborted()).toBe(true);
    await end(1_000);
    await waiting;
    await stopped.now();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(seen.begun).toBe(1);
  });

  it('takes one turn at a time and answers everybody, in whatever order things come', async () => {
    const step = fc.constantFrom('now', 'now after', 'end', 'rest', 'time');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { loop: one, seen, end } = open();
        let waiting = 0;
        const ask = (): Promise<void> => {
          waiting += 1;
          return one.now().then(() => {
            waiting -= 1;
          });
        };
        for (const what of steps) {
          if (what === 'now') void ask();
          if (what === 'now after') void ask().then(() => ask());
          if (what === 'end') await end(50);
          if (what === 'rest') await end(null);
          if (what === 'time') await vi.advanceTimersByTimeAsync(60);
        }
        for (let left = 0; waiting > 0 && left < 200; left += 1) await end(null);
        expect([waiting, seen.most]).toEqual([0, 1]);
        one.stop();
      }),
    );
  });
});
