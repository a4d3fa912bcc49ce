import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JournalBatch, JournalEntry, JournalStreamState } from '../../../shared/capabilities/journal/contract.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { createFollower } from './follower.ts';

const LIMITED =
  "Hint: You are currently not seeing messages from other users and the system.\n Users in groups 'adm', 'systemd-journal' can see all.";

/** A journal of numbered entries that answers like journalctl; `kept` is the oldest it still has. */
function fakeJournal() {
  let size = 0;
  let kept = 0;
  let bootAt = Number.POSITIVE_INFINITY;
  const cursor = (index: number): string => `s=aa;i=${index.toString(16)};b=cc`;
  const line = (index: number): string =>
    JSON.stringify({
      __CURSOR: cursor(index),
      __REALTIME_TIMESTAMP: String(1_800_000_000_000_000 + index * 1000),
      _BOOT_ID: index >= bootAt ? 'boot2' : 'boot1',
      _SYSTEMD_UNIT: 'a.service',
      PRIORITY: '6',
      MESSAGE: `line ${index}`,
    });
  const option = (argv: readonly string[], name: string): string | undefined =>
    argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const indexOf = (at: string | undefined): number | null => {
    const match = /i=([0-9a-f]+)/.exec(at ?? '');
    return match === null ? null : Number.parseInt(match[1] ?? '', 16);
  };
  const from = (start: number): string[] => {
    const lines: string[] = [];
    for (let index = Math.max(start, kept); index < size; index += 1) lines.push(line(index));
    return lines;
  };
  return {
    line,
    append: (count: number): string[] => {
      size += count;
      return from(size - count);
    },
    vacuumTo: (index: number) => {
      kept = index;
    },
    reboot: () => {
      bootAt = size;
    },
    size: () => size,
    answer: (argv: readonly string[]): string[] => {
      const after = indexOf(option(argv, 'after-cursor'));
      const at = indexOf(option(argv, 'cursor'));
      const since = option(argv, 'since');
      const count = argv[argv.indexOf('-n') + 1];
      if (after !== null) return count === 'all' ? from(after + 1) : from(after + 1).slice(-10);
      if (at !== null) return from(at).slice(0, 1);
      if (since !== undefined) return from(Math.max(0, Math.floor((Number(since.slice(1)) * 1000 - 1_800_000_000_000) / 1)));
      return from(0).slice(count === '0' ? size : -Number(count));
    },
  };
}

function setUp(o: { backlog?: number; stderr?: string; clockOffsetMs?: number; badCursor?: boolean; initial?: number } = {}) {
  const journal = fakeJournal();
  journal.append(o.initial ?? 0);
  const host = createFakeTransport((argv) => {
    if (o.badCursor === true && argv.some((arg) => arg.startsWith('--cursor='))) {
      return { exitCode: 1, stderr: 'Failed to seek to cursor: Invalid argument\n' };
    }
    return { stdout: `${journal.answer(argv).join('\n')}\n`, stderr: o.stderr ?? '' };
  });
  const batches: JournalBatch[] = [];
  const states: JournalStreamState[] = [];
  const follower = createFollower({
    transport: host.transport,
    streamId: 's1',
    selection: { units: ['a.service'], backlog: o.backlog ?? 100 },
    onBatch: (batch) => batches.push(batch),
    onState: (state) => states.push(state),
    clockOffsetMs: () => o.clockOffsetMs ?? null,
    log: silentLogger,
    now: Date.now,
  });
  const entries = (): JournalEntry[] => batches.flatMap((batch) => batch.entries);
  /** Hands the newest stream what journalctl would print first. */
  const serve = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(1);
    const stream = host.streams.at(-1);
    stream?.push(...journal.answer(stream.argv));
    await vi.advanceTimersByTimeAsync(300);
  };
  return {
    journal,
    host,
    batches,
    states,
    follower,
    entries,
    serve,
    texts: () => entries().map((entry) => entry.text),
    marks: () => batches.flatMap((batch) => (batch.mark === null ? [] : [batch.mark.kind])),
    live: async (count: number) => {
      host.streams.at(-1)?.push(...journal.append(count));
      await vi.advanceTimersByTimeAsync(300);
    },
  };
}

const numbered = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

describe('follower', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives the backlog, then what comes', async () => {
    const t = setUp({ backlog: 3 });
    t.journal.append(10);
    await t.serve();
    await t.live(2);
    expect(t.texts()).toEqual(numbered(7, 12));
    expect(t.states.at(-1)).toMatchObject({ kind: 'following', permission: 'full' });
    t.follower.close();
  });

  it('loses and doubles nothing over any sequence of lines, losses and reconnects', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ live: fc.nat(40), unread: fc.nat(40), missed: fc.nat(60) }), { minLength: 1, maxLength: 6 }),
        async (rounds) => {
          const t = setUp();
          t.journal.append(5);
          await t.serve();
          for (const round of rounds) {
            await t.live(round.live);
            // These are in the journal and on the wire, but the connection goes before they are read.
            t.journal.append(round.unread);
            t.host.goOffline();
            t.journal.append(round.missed);
            await vi.advanceTimersByTimeAsync(1000);
            t.host.goOnline();
            await t.serve();
          }
          t.follower.close();
          expect(t.texts()).toEqual(numbered(0, t.journal.size()));
          expect(t.marks().filter((kind) => kind === 'reconnected')).toHaveLength(rounds.length);
          expect(t.marks()).not.toContain('gap');
        },
      ),
      { numRuns: 30 },
    );
  });

  it('takes an entry that comes twice once', async () => {
    const t = setUp();
    t.journal.append(3);
    await t.serve();
    t.host.streams.at(-1)?.push(t.journal.line(1), t.journal.line(2));
    await t.live(1);
    expect(t.texts()).toEqual(numbered(0, 4));
    t.follower.close();
  });

  it('takes up after what was newest when it lost the connection before anything came', async () => {
    const t = setUp({ backlog: 0, initial: 5 });
    await t.serve();
    t.host.goOffline();
    t.journal.append(20);
    t.host.goOnline();
    await t.serve();
    expect(t.texts()).toEqual(numbered(5, 25));
    t.follower.close();
  });

  it('marks a gap when the journal no longer has the last entry, and gives the rest', async () => {
    const t = setUp();
    t.journal.append(5);
    await t.serve();
    t.host.goOffline();
    t.journal.append(20);
    t.journal.vacuumTo(15);
    t.host.goOnline();
    await t.serve();
    expect(t.marks()).toEqual(['reconnected', 'gap']);
    expect(t.texts()).toEqual([...numbered(0, 5), ...numbered(15, 25)]);
    t.follower.close();
  });

  it('goes on by time, with a mark, when the cursor is refused', async () => {
    const t = setUp({ badCursor: true });
    t.journal.append(5);
    await t.serve();
    t.host.goOffline();
    t.journal.append(5);
    t.host.goOnline();
    await t.serve();
    expect(t.marks()).toContain('gap');
    expect(t.texts()).toEqual(numbered(0, 10));
    t.follower.close();
  });

  it('marks a reboot between the entries it lies between', async () => {
    const t = setUp();
    t.journal.append(2);
    await t.serve();
    t.journal.reboot();
    await t.live(2);
    const at = t.batches.findIndex((batch) => batch.mark?.kind === 'rebooted');
    expect(t.batches.slice(0, at).flatMap((batch) => batch.entries)).toHaveLength(2);
    expect(t.batches[at]?.entries.map((entry) => entry.text)).toEqual(numbered(2, 4));
    t.follower.close();
  });

  it('says limited permission and a wrong clock', async () => {
    const t = setUp({ stderr: LIMITED, clockOffsetMs: 180_000 });
    t.journal.append(1);
    await t.serve();
    expect(t.states.at(-1)).toMatchObject({ kind: 'following', permission: 'limited' });
    expect(t.marks()).toEqual(['clock-skew']);
    t.follower.close();
  });

  it('stops reading at 4000 entries that were not acknowledged, and loses none', async () => {
    const t = setUp({ backlog: 5000 });
    t.journal.append(20_000);
    await vi.advanceTimersByTimeAsync(1);
    const stream = t.host.streams.at(-1);
    for (let index = 0; index < 20_000; index += 1) stream?.push(t.journal.line(index));
    await vi.advanceTimersByTimeAsync(5000);
    expect(t.entries()).toHaveLength(4000);
    expect(stream?.unread()).toBe(16_000);
    while (t.entries().length < 20_000) {
      const before = t.entries().length;
      t.follower.acknowledge(before);
      await vi.advanceTimersByTimeAsync(2000);
      expect(t.entries().length).toBeGreaterThan(before);
    }
    expect(t.texts()).toEqual(numbered(0, 20_000));
    expect(Math.max(...t.batches.map((batch) => batch.entries.length))).toBeLessThanOrEqual(2000);
    t.follower.close();
  });

  it('notices a stream that stands still on a good connection, and takes it up after the last entry', async () => {
    const t = setUp();
    t.journal.append(5);
    await t.serve();
    // The journal grows, and journalctl on the host says nothing of it.
    t.journal.append(7);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(t.host.streams).toHaveLength(2);
    expect(t.host.streams[0]?.isClosed()).toBe(true);
    await t.serve();
    expect(t.texts()).toEqual(numbered(0, 12));
    expect(t.marks()).toEqual(['reconnected']);
    t.follower.close();
  });

  it.each([0, 100])('leaves a quiet journal alone (backlog %i)', async (backlog) => {
    const t = setUp({ backlog, initial: 3 });
    await t.serve();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(t.host.streams).toHaveLength(1);
    expect(t.states.map((state) => state.kind)).toEqual(['opening', 'following']);
    t.follower.close();
    await vi.advanceTimersByTimeAsync(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not take a window that reads slowly for a stream that stands still', async () => {
    const t = setUp({ backlog: 5000 });
    t.journal.append(5000);
    await t.serve();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(t.entries()).toHaveLength(4000);
    expect(t.host.streams).toHaveLength(1);
    t.follower.close();
  });

  it('sends at most four batches a second', async () => {
    const t = setUp();
    await t.serve();
    const before = t.batches.length;
    for (let tick = 0; tick < 100; tick += 1) {
      t.host.streams.at(-1)?.push(...t.journal.append(3));
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(t.batches.length - before).toBeGreaterThan(4);
    expect(t.batches.length - before).toBeLessThanOrEqual(9);
    t.follower.close();
  });

  /** A follower of one unit on a host that answers every journalctl like this, and the states it goes through. */
  const followOnly = (answer: { readonly exitCode?: number; readonly stdout?: string; readonly stderr: string }) => {
    const host = createFakeTransport(() => answer);
    const states: JournalStreamState[] = [];
    const follower = createFollower({
      transport: host.transport,
      streamId: 's',
      selection: { units: ['a.service'], backlog: 1 },
      onBatch: () => {},
      onState: (state) => states.push(state),
      clockOffsetMs: () => null,
      log: silentLogger,
      now: Date.now,
    });
    return { follower, states };
  };

  it('says when the host keeps no journal, and looks again', async () => {
    const { follower, states } = followOnly({ stdout: '', stderr: 'No journal files were found.\n' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(states.map((state) => state.kind).slice(0, 3)).toEqual(['opening', 'failed', 'failed']);
    expect(states[1]).toMatchObject({ error: { code: 'journal-unreadable', message: 'The host stores no journal.' } });
    follower.close();
  });

  it('says when journalctl is missing, and ends with it', async () => {
    const { states } = followOnly({ exitCode: 127, stderr: 'sh: journalctl: not found' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.map((state) => state.kind)).toEqual(['opening', 'failed']);
  });
});
