import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HOST_SCRIPTS } from '../../../shared/host-scripts/index.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import type { ExecResult } from '../../foundation/ssh/transport.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { unitOfEntry } from './manager-log.ts';
import { parseShow } from './show-parser.ts';
import { createWatcher, type Watcher } from './watcher.ts';

const entry = (unit: string | null): string => JSON.stringify({ __CURSOR: 's=1;i=2', ...(unit === null ? {} : { UNIT: unit }) });
const NOT_ALL =
  "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal'…";

describe('the watcher of the units', () => {
  let watcher: Watcher | null = null;
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    watcher?.stop();
    vi.useRealTimers();
  });

  /** A watcher of nginx and, under an alias, of a database. `probe` is the result of the journalctl that tests the login's permission. */
  async function setUp(probe: Partial<ExecResult> = {}) {
    const host = createFakeTransport(() => probe);
    const seen = { checks: 0, isShown: true };
    const watching = createWatcher({
      transport: host.transport,
      isWindowShown: () => seen.isShown,
      log: silentLogger,
      onCheck: () => {
        seen.checks += 1;
      },
      onOnline: () => watching.watch(['nginx.service', 'mysql.service']),
    });
    watcher = watching;
    const read = (nginx: string, invocation = '1'): void => {
      const shown = parseShow(
        `Id=nginx.service\nActiveState=${nginx}\nInvocationID=${invocation}\n\nId=mariadb.service\nActiveState=active\nInvocationID=7\n`,
      );
      watching.read(new Map(shown.map((unit, index) => [['nginx.service', 'mysql.service'][index] ?? '', unit])));
    };
    const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
    const push = async (line: string): Promise<number> => {
      const before = seen.checks;
      host.streams.at(-1)?.push(line);
      await settle();
      return seen.checks - before;
    };
    const source = (): string | undefined => {
      const open = host.streams.filter((stream) => !stream.isClosed());
      expect(open).toHaveLength(1);
      return open[0]?.argv[0] === 'journalctl' ? 'journal' : open[0]?.argv[3];
    };
    watching.start();
    await settle();
    read('active');
    return { host, seen, read, settle, push, source };
  }

  it('checks the units when PID 1 logs about a watched unit, its alias, or all units, and for nothing else', async () => {
    const t = await setUp();
    expect(t.source()).toBe('journal');
    expect(t.host.streams.at(-1)?.argv).toContain('_PID=1');
    expect(await t.push(entry('session-3.scope'))).toBe(1); // The newest entry shows that the stream is live.
    expect(await t.push(entry('session-4.scope'))).toBe(0);
    expect(await t.push(entry('nginx.service'))).toBe(1);
    expect(await t.push(entry('mariadb.service'))).toBe(1);
    expect(await t.push(entry(null))).toBe(1);
    expect(await t.push('-- Boot 1234 --')).toBe(0);
  });

  it.each([
    ['is hidden from the login', NOT_ALL],
    ['cannot be opened', 'No journal files were opened due to insufficient permissions.\n'],
    ['is not stored', 'No journal files were found.\n'],
  ])('polls the units on the host where the journal %s', async (_why, stderr) => {
    const t = await setUp({ stderr });
    expect(t.source()).toBe(HOST_SCRIPTS.unitWatch.name);
    expect(t.host.streams.at(-1)?.argv).toContain('nginx.service');
    expect(await t.push('\u001echanged')).toBe(1);
  });

  it('stops following the journal once a unit changed without an entry', async () => {
    const t = await setUp();
    await t.settle(5_000);
    t.read('inactive');
    expect(t.source()).toBe('journal');
    await t.settle(3_000);
    expect(t.source()).toBe(HOST_SCRIPTS.unitWatch.name);
    t.host.goOffline();
    t.host.goOnline();
    await t.settle();
    expect(t.source()).toBe('journal');
  });

  it.each([
    ['just before', 0],
    ['just after', 1],
  ])('continues with the journal when the entry arrives %s the reading', async (_when, after) => {
    const t = await setUp();
    await t.push(entry(null));
    await t.settle(1_000);
    if (after === 0) await t.push(entry('nginx.service'));
    t.read('active', '2');
    if (after === 1) {
      await t.settle(2_000);
      await t.push(entry('nginx.service'));
    }
    await t.settle(10_000);
    expect(t.source()).toBe('journal');
  });

  it('polls faster while a unit is failed, whose reset systemd does not log', async () => {
    const t = await setUp();
    await t.push(entry('nginx.service'));
    await t.push(entry('nginx.service'));
    t.read('failed');
    const before = t.seen.checks;
    await t.settle(10_000);
    expect(t.seen.checks - before).toBe(5);
    t.read('inactive');
    await t.settle(10_000);
    expect(t.seen.checks - before).toBe(7);
    expect(t.source()).toBe('journal');
  });

  it('polls once a minute while the window is hidden', async () => {
    const t = await setUp();
    t.seen.isShown = false;
    const before = t.seen.checks;
    await t.settle(59_000);
    expect(t.seen.checks - before).toBe(0);
    await t.settle(1_000);
    expect(t.seen.checks - before).toBe(1);
    await t.push(entry('nginx.service'));
    expect(await t.push(entry('nginx.service'))).toBe(1);
  });

  it('follows the journal again after a lost stream, and the units themselves after a journalctl that ended', async () => {
    const t = await setUp();
    t.host.streams.at(-1)?.lose();
    await t.settle(1_000);
    expect(t.host.streams.at(-1)?.argv[0]).toBe('journalctl');
    t.host.streams.at(-1)?.end(1);
    await t.settle(2_000);
    expect(t.host.streams.at(-1)?.argv[3]).toBe(HOST_SCRIPTS.unitWatch.name);
  });
});

describe('an entry of PID 1', () => {
  it('names its unit, or none', () => {
    expect(unitOfEntry(entry('dbus-:1.2-org.x@0.service'))).toBe('dbus-:1.2-org.x@0.service');
    expect(unitOfEntry(entry(null))).toBe('');
    expect(unitOfEntry('{"__CURSOR":"a","UNIT":["a.service","b.service"]}')).toBe('');
    expect(unitOfEntry('{"__CURSOR":"a","UNIT":"\\u001b[31m"}')).toBe('');
    expect(unitOfEntry('{"UNIT":"a.service"}')).toBeNull();
    expect(unitOfEntry('{"__CURSOR":"a"')).toBeNull();
    expect(unitOfEntry('null')).toBeNull();
    expect(unitOfEntry(`{"__CURSOR":"${'a'.repeat(20_000)}"}`)).toBeNull();
  });
});
