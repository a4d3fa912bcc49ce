import { describe, expect, it } from 'vitest';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { exportEntries, readOlder, readRange } from './past.ts';

const line = (index: number): string =>
  JSON.stringify({
    __CURSOR: `i=${index}`,
    __REALTIME_TIMESTAMP: String((1_800_000_000_000 + index) * 1000),
    _SYSTEMD_UNIT: 'a.service',
    SYSLOG_IDENTIFIER: 'a',
    _PID: '7',
    MESSAGE: `line ${index}`,
  });
const units = ['a.service'];

describe('the past of a journal', () => {
  it('answers what lies before a cursor, oldest first, without the entry of the cursor', async () => {
    const host = createFakeTransport(() => ({ stdout: [9, 8, 7].map(line).join('\n') }));
    const older = await readOlder(host.transport, { units, beforeCursor: 'i=9', count: 2 });
    expect(older.map((entry) => entry.cursor)).toEqual(['i=7', 'i=8']);
    expect(host.executed[0]?.argv).toEqual(expect.arrayContaining(['-r', '-n', '3', '--cursor=i=9']));
  });

  it('asks for a range to the microsecond', async () => {
    const host = createFakeTransport(() => ({ stdout: [9, 8].map(line).join('\n') }));
    const entries = await readRange(host.transport, {
      units,
      maxPriority: 4,
      fromMs: 1_800_000_000_008,
      toMs: 1_800_000_000_009,
      count: 10,
    });
    expect(entries.map((entry) => entry.cursor)).toEqual(['i=8', 'i=9']);
    expect(host.executed[0]?.argv).toEqual(
      expect.arrayContaining(['-u', 'a.service', '-p', '4', '--since=@1800000000.008000', '--until=@1800000000.009000']),
    );
  });

  it('answers the newest of a range that holds more than was asked for', async () => {
    const journal = Array.from({ length: 20 }, (_, index) => line(index));
    // journalctl(1): -r begins at the end of the span, and -n counts from where it begins.
    const host = createFakeTransport((argv) => {
      const all = argv.includes('-r') ? [...journal].reverse() : journal;
      return { stdout: all.slice(0, Number(argv[argv.indexOf('-n') + 1])).join('\n') };
    });
    const entries = await readRange(host.transport, { units, fromMs: 1_800_000_000_000, toMs: 1_800_000_000_019, count: 3 });
    expect(entries.map((entry) => entry.cursor)).toEqual(['i=17', 'i=18', 'i=19']);
  });

  it('fails by code when journalctl does', async () => {
    const host = createFakeTransport(() => ({ exitCode: 1, stderr: 'no' }));
    await expect(readOlder(host.transport, { units, count: 1 })).rejects.toMatchObject({ panelError: { code: 'journal-unreadable' } });
  });

  it.each(['text', 'jsonl'] as const)('exports %s', async (format) => {
    const host = createFakeTransport(() => ({}));
    const exported = exportEntries(host.transport, { units }, format);
    const first = exported.next();
    host.streams[0]?.push(...Array.from({ length: 50 }, (_, index) => line(index)), 'not an entry');
    host.streams[0]?.end();
    const pieces = [String((await first).value)];
    for await (const piece of exported) pieces.push(piece);
    expect(pieces).toHaveLength(50);
    expect(pieces.join('').trim().split('\n')).toHaveLength(50);
    expect(pieces[49]).toContain(format === 'text' ? 'a.service a[7]: line 49' : '"text":"line 49"');
  });
});
