import { afterEach, describe, expect, it } from 'vitest';
import { testHost } from '../../electron/capabilities/hosts/connection-test.ts';
import type { Connection } from '../../electron/foundation/ssh/transport.ts';
import type { JournalStreamState } from '../../shared/capabilities/journal/contract.ts';
import { HOSTS } from './hosts.ts';
import { countUp, follow, online, openPanel, type PanelUnderTest, until } from './panel.ts';
import { useHost } from './use-host.ts';

const UNIT = 'invokeai.service';
/** The connection that is there already, for a test that would dial one of its own. */
const connectionOf = (panel: PanelUnderTest): Connection => {
  let report = (): void => {};
  return {
    ...panel.connection,
    snapshot: panel.connection.snapshot,
    connect: () => report(),
    dispose: () => {},
    onChange: (listener) => {
      report = () => listener(panel.connection.snapshot);
      return () => {};
    },
  };
};

describe.each(HOSTS)('the journal of the %s', (kind) => {
  const { host, panel } = useHost(kind);
  let next = 1;
  let stream: ReturnType<typeof follow>;
  afterEach(() => stream.close());
  /** Logs some more numbered lines; the numbers never repeat. */
  const log = (count: number): number[] => {
    const numbers = countUp(next, count);
    host().log(next, count);
    next += count;
    return numbers;
  };
  const followed = async (): Promise<void> => {
    stream = follow(panel(), [UNIT]);
    await until(() => stream.following(), 'the stream to follow');
  };

  it('follows live, every line once and in order', async () => {
    await followed();
    const expected = [...log(500), ...log(500)];
    await until(() => stream.numbers().length >= expected.length, 'all lines');
    expect(stream.numbers()).toEqual(expected);
  });

  it.runIf(kind === 'real')('takes colours out and keeps a traceback together', async () => {
    await followed();
    host().real?.run('curl', '-fsS', 'http://127.0.0.1:9090/traceback');
    const last = await until(() => stream.entries.find((entry) => entry.text.includes('CUDA out of memory')), 'the traceback');
    const first = stream.entries.find((entry) => entry.text.startsWith('Traceback'));
    expect(first).toBeDefined();
    expect(last.groupCursor).toBe(first?.groupCursor);
    expect(last.severity).toBe('error');
    const all = await panel().journal.range({ units: [UNIT], fromMs: Date.now() - 3_600_000, toMs: Date.now() + 60_000, count: 20_000 });
    const coloured = all.find((entry) => entry.text.includes('Uvicorn running'));
    expect(coloured?.text).not.toContain('\u001b');
  });

  it('says that a user who may not read the journal sees a part of it only', async () => {
    const user = await host().withoutJournal();
    const other = openPanel(host(), user === null ? {} : { user });
    try {
      await online(other);
      const states: JournalStreamState[] = [];
      const stop = other.journal.onStream((state) => states.push(state));
      stream = follow(other, [UNIT], 100);
      const following = await until(() => states.find((state) => state.kind === 'following'), 'the stream to follow');
      expect(following).toMatchObject({ permission: 'limited' });
      await until(() => other.gpu.status().kernelLog === 'no-permission', 'the kernel log to be known as closed');
      expect(stream.entries).toEqual([]);
      stop();
      const steps = await testHost(other.profile, async () => connectionOf(other), Date.now);
      expect(steps.find(({ name }) => name === 'Journal')).toMatchObject({ verdict: 'warning' });
    } finally {
      other.dispose();
      if (user === null) await host().repair('journal-not-permitted');
    }
  });

  it('loses and doubles nothing when sshd drops it', async () => {
    await followed();
    const expected = log(50);
    await until(() => stream.numbers().length >= 50, 'the first lines');
    await host().break('sshd-killed');
    expected.push(...log(200));
    await until(() => panel().states.at(-1)?.kind === 'online', 'the new connection');
    expected.push(...log(50));
    await until(() => stream.numbers().length >= expected.length, 'the missed lines');
    expect(stream.numbers()).toEqual(expected);
  });

  it('loses and doubles nothing while the link is away longer than one try', async () => {
    await followed();
    const expected = log(50);
    await until(() => stream.numbers().length >= 50, 'the first lines');
    await host().break('link-down');
    expected.push(...log(100));
    const isTryingAgain = () => panel().states.some((state) => state.kind === 'reconnecting' && state.attempt > 1);
    await until(isTryingAgain, 'a second try in vain');
    expected.push(...log(100));
    await host().repair('link-down');
    await until(() => stream.numbers().length >= expected.length, 'the missed lines');
    expect(stream.numbers()).toEqual(expected);
  });

  it.runIf(kind === 'real')('goes on when journalctl stands still on a good connection', async () => {
    await followed();
    const expected = log(20);
    await until(() => stream.numbers().length >= 20, 'the lines before');
    host().real?.run('pkill', '-STOP', '-f', '^journalctl .*-f');
    expected.push(...log(20));
    await until(() => stream.numbers().length >= 40, 'the lines that journalctl kept to itself');
    expect(stream.numbers()).toEqual(expected);
    expect(panel().connection.snapshot.state.kind).toBe('online');
    host().real?.run('pkill', '-CONT', '-f', '^journalctl .*-f');
  });

  it('goes on over a rotation and a vacuum', async () => {
    await followed();
    const expected = log(100);
    await until(() => stream.numbers().length >= 100, 'the first lines');
    await host().break('journal-rotated');
    expected.push(...log(100));
    await until(() => stream.numbers().length >= 200, 'the lines after the rotation');
    await host().break('journal-vacuumed');
    expected.push(...log(100));
    await until(() => stream.numbers().length >= 300, 'the lines after the vacuum');
    expect(stream.numbers()).toEqual(expected);
  });

  it('fetches what came before, oldest first, and a stretch of time', async () => {
    await followed();
    const numbers = log(300);
    await until(() => stream.numbers().length >= 300, 'the lines');
    const firstSeen = stream.entries.find((entry) => entry.text === `numbered line ${numbers[200]}`);
    const older = await panel().journal.older({ units: [UNIT], beforeCursor: firstSeen?.cursor ?? '', count: 100 });
    expect(older.map((entry) => entry.text)).toEqual(numbers.slice(100, 200).map((n) => `numbered line ${n}`));
    const range = await panel().journal.range({ units: [UNIT], fromMs: Date.now() - 600_000, toMs: Date.now() + 60_000, count: 20_000 });
    expect(range.filter((entry) => entry.text === `numbered line ${numbers[0]}`)).toHaveLength(1);
    const cut = await panel().journal.range({
      units: [UNIT],
      fromMs: Date.now() - 600_000,
      toMs: stream.entries.at(-1)?.at ?? 0,
      count: 50,
    });
    expect(cut).toEqual(range.filter((entry) => entry.at <= (stream.entries.at(-1)?.at ?? 0)).slice(-50));
  });

  it('follows on after the host restarted', async () => {
    await followed();
    const before = log(20);
    await until(() => stream.numbers().length >= 20, 'the lines before');
    await host().break('rebooted');
    await until(
      () => panel().states.at(-1)?.kind === 'online' && stream.marks.some((mark) => mark.kind === 'rebooted'),
      'the restart to be seen',
    );
    if (host().real !== null) await until(() => host().real?.run('systemctl', 'is-active', UNIT).trim() === 'active', 'invokeai');
    const after = await until(() => {
      try {
        return log(20);
      } catch {
        return null;
      }
    }, 'invokeai to listen');
    await until(() => stream.numbers().length >= 40, 'the lines after');
    expect(stream.numbers()).toEqual([...before, ...after]);
  });

  it.runIf(kind === 'lab')('says that the clock of the host is off, and keeps the order of its lines', async () => {
    await host().break('clock-3-minutes-off');
    const other = openPanel(host());
    try {
      const facts = await until(() => other.facts.current(), 'the facts');
      expect(Math.abs(Math.abs(facts.clockOffsetMs ?? 0) - 180_000)).toBeLessThan(5_000);
      stream = follow(other, [UNIT]);
      await until(() => stream.following(), 'the stream to follow');
      const expected = log(20);
      await until(() => stream.numbers().length >= 20, 'the lines');
      expect(stream.numbers()).toEqual(expected);
      expect(stream.marks.map((mark) => mark.kind)).toContain('clock-skew');
    } finally {
      stream.close();
      other.dispose();
      await host().repair('clock-3-minutes-off');
    }
  });
});
