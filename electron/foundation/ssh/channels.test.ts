import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChannelPool } from './channels.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Server {
  /** MaxSessions. */
  readonly sessions: number;
  /** From the end of a command to the server's close of its channel. */
  readonly closeMs?: number;
  /** How much later than that close the server frees the session. */
  readonly freeMs?: number;
  readonly roundTripMs?: number;
}

/** A pool with a server that refuses a channel at once and confirms an accepted one after one more round trip, as for exec. */
function setUp({ sessions, closeMs = 0, freeMs = 0, roundTripMs = 10 }: Server) {
  let held = 0;
  const limits: number[] = [];
  const openStreams: (() => void)[] = [];
  const evicted = new Set<() => void>();
  const makeRoom = (): void => {
    const end = openStreams.at(-1);
    if (end === undefined) return;
    evicted.add(end);
    end();
  };
  const pool = createChannelPool({ makeRoom, onLimit: (limit) => limits.push(limit) });
  const open = async (kind: 'short' | 'stream', signal = new AbortController().signal): Promise<() => void> => {
    const opened = await pool.open(
      kind,
      async () => {
        await wait(roundTripMs / 2);
        const isAccepted = held < sessions;
        if (isAccepted) held += 1;
        await wait(roundTripMs / 2);
        if (!isAccepted) throw new Error('(SSH) Channel open failure: open failed');
        await wait(roundTripMs);
      },
      signal,
    );
    let isEnded = false;
    const end = (): void => {
      if (isEnded) return;
      isEnded = true;
      setTimeout(() => {
        if (kind === 'stream') openStreams.splice(openStreams.indexOf(end), 1);
        opened.release();
        setTimeout(() => {
          held -= 1;
        }, freeMs);
      }, closeMs);
    };
    if (kind === 'stream') openStreams.push(end);
    return end;
  };
  /** Opens as many and settles with how to end them; advances the clock meanwhile. */
  const openAll = async (kind: 'short' | 'stream', count: number, withinMs: number): Promise<readonly (() => void)[]> => {
    const all = Promise.all(Array.from({ length: count }, () => open(kind)));
    all.catch(() => {});
    await vi.advanceTimersByTimeAsync(withinMs);
    return all;
  };
  return { pool, open, openAll, limits, evictions: () => evicted.size };
}

describe('the channel pool', () => {
  it.each([
    ['close late', { closeMs: 400 }],
    ['are freed a moment after their close', { freeMs: 300 }],
  ])('opens its streams after a burst of short commands whose sessions %s', async (_how, server) => {
    const { pool, openAll, limits } = setUp({ sessions: 8, ...server });
    for (const end of await openAll('short', 8, 100)) end();
    await openAll('stream', 7, 1_000);
    expect(limits).toEqual([]);
    expect(pool.counts()).toEqual({ short: 0, stream: 7, waiting: 0 });
  });

  it.each([2, 3, 5])('finds the limit %i of a server in one burst, though refusals arrive before confirmations', async (sessions) => {
    const { pool, open, limits } = setUp({ sessions, roundTripMs: 200 });
    for (let command = 0; command < 8; command += 1) void open('short');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(limits).toEqual([sessions]);
    expect(pool.counts()).toEqual({ short: sessions, stream: 0, waiting: 8 - sessions });
  });

  it('finds the limit right after short commands, and ends one stream for the next command', async () => {
    const { pool, openAll, limits, evictions } = setUp({ sessions: 3, closeMs: 20 });
    for (const end of await openAll('short', 3, 100)) end();
    await openAll('stream', 3, 1_000);
    await openAll('short', 1, 1_000);
    expect(limits).toEqual([3]);
    expect(evictions()).toBe(1);
    expect(pool.counts()).toEqual({ short: 1, stream: 2, waiting: 0 });
  });

  it.each([
    { closeMs: 0, freeMs: 0, roundTripMs: 2 },
    { closeMs: 20, freeMs: 0, roundTripMs: 200 },
    { closeMs: 400, freeMs: 0, roundTripMs: 10 },
    { closeMs: 0, freeMs: 60, roundTripMs: 10 },
    { closeMs: 0, freeMs: 600, roundTripMs: 10 },
  ])('lets short commands take turns beside streams with two sessions ($closeMs, $freeMs, $roundTripMs ms)', async (server) => {
    const { pool, open, openAll, limits, evictions } = setUp({ sessions: 2, ...server });
    await openAll('stream', 2, 1_000);
    let done = 0;
    const commands = Promise.all(
      Array.from({ length: 30 }, async () => {
        const end = await open('short');
        await wait(50);
        end();
        done += 1;
      }),
    );
    commands.catch(() => {});
    await vi.advanceTimersByTimeAsync(60_000);
    expect(done).toBe(30);
    await commands;
    expect(limits.at(-1)).toBe(2);
    expect(evictions()).toBe(1);
    expect(pool.counts()).toEqual({ short: 0, stream: 1, waiting: 0 });
  });

  it('gives every command its turn while others keep the server at its limit', async () => {
    const { pool, open, openAll, limits } = setUp({ sessions: 2, closeMs: 150, roundTripMs: 200 });
    await openAll('stream', 1, 1_000);
    let rounds = 0;
    const worker = async (): Promise<void> => {
      for (let round = 0; round < 10; round += 1) {
        const end = await open('short');
        await wait(300);
        end();
        rounds += 1;
      }
    };
    const workers = Promise.all([worker(), worker(), worker(), worker()]);
    workers.catch(() => {});
    await vi.advanceTimersByTimeAsync(120_000);
    expect(rounds).toBe(40);
    await workers;
    expect(limits.at(-1)).toBe(2);
    expect(pool.counts()).toEqual({ short: 0, stream: 1, waiting: 0 });
  });

  it('counts a session that was opened without a place', async () => {
    const { pool, open, openAll, limits } = setUp({ sessions: 2 });
    pool.hold();
    await openAll('stream', 2, 1_000);
    void open('short');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(limits).toEqual([3]);
  });

  it('fails when the server frees no session at all', async () => {
    const { pool, open } = setUp({ sessions: 0 });
    const command = open('short');
    command.catch(() => {});
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(command).rejects.toMatchObject({ panelError: { code: 'ssh-channel-refused' } });
    expect(pool.counts()).toEqual({ short: 0, stream: 0, waiting: 0 });
  });

  it('frees the place of a command that is cancelled between two tries', async () => {
    const { pool, open } = setUp({ sessions: 0 });
    const cancel = new AbortController();
    const command = open('short', cancel.signal);
    command.catch(() => {});
    await vi.advanceTimersByTimeAsync(50);
    cancel.abort();
    await expect(command).rejects.toMatchObject({ panelError: { code: 'ssh-connection-lost' } });
    expect(pool.counts()).toEqual({ short: 0, stream: 0, waiting: 0 });
  });
});
