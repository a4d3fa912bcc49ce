import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLastKnown } from '../../foundation/files/last-known.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { consequencesOf } from './consequences.ts';
import { chooseUnits } from './discovery.ts';
import { createServices, type ServicePreferences } from './services.ts';
import { parseShow } from './show-parser.ts';

function setUp(units: readonly string[], isShown = true) {
  const states = new Map(units.map((name) => [name, 'active']));
  let preferences: ServicePreferences = { pinned: [], order: [] };
  let cpuNs = 0;
  let onShow = (): void => {};
  const host = createFakeTransport((argv) => {
    const command = argv.join(' ');
    if (command.includes('list-units')) {
      return {
        stdout: JSON.stringify([...states].map(([unit, active]) => ({ unit, load: 'loaded', active, sub: 'x', description: 'd' }))),
      };
    }
    if (command.includes('list-unit-files')) return { stdout: '[{"unit_file":"getty@.service","state":"enabled"}]' };
    if (argv[1] !== 'show') return {};
    cpuNs += 500_000_000;
    onShow();
    const names = argv.slice(argv.indexOf('--') + 1);
    return {
      stdout: names
        .map(
          (name) =>
            `Id=${name}\nLoadState=loaded\nActiveState=${states.get(name) ?? 'inactive'}\nSubState=running\nCPUUsageNSec=${cpuNs}\n`,
        )
        .join('\n'),
    };
  });
  const lastKnown = openLastKnown({ file: '/dev/null/none.json', log: silentLogger });
  const parts: Parameters<typeof createServices>[0] = {
    transport: host.transport,
    hostId: 'ada2',
    hostLabel: () => 'ada2',
    lastKnown,
    preferences: {
      read: () => preferences,
      write: (next) => {
        preferences = next;
      },
    },
    vramByUnit: () => new Map([['invokeai.service', 2048]]),
    isWindowShown: () => isShown,
    log: silentLogger,
    now: Date.now,
  };
  const services = createServices(parts);
  const shows = (): number => host.executed.filter((one) => one.argv[1] === 'show').length;
  const atTheNextStart = () => createServices(parts).state();
  return {
    host,
    services,
    atTheNextStart,
    states,
    shows,
    /** Called while the units are read. */
    whenShown: (listener: () => void) => {
      onShow = listener;
    },
    names: () => services.state().units.map((unit) => unit.name),
  };
}

describe('services', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('reads counters rarely while the window is hidden, and a change on the host at once', async () => {
    const { host, services, shows } = setUp(['invokeai.service'], false);
    services.start();
    await vi.advanceTimersByTimeAsync(58_000);
    const atFirst = shows();
    expect(host.streams).not.toEqual([]);
    host.streams.at(-1)?.push('{"__CURSOR":"s=1","UNIT":"invokeai.service"}');
    await vi.advanceTimersByTimeAsync(10);
    expect(shows()).toBe(atFirst + 1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(shows()).toBe(atFirst + 2);
    services.stop();
  });

  it('shows at the next start what systemd said last, and when, but not what it refused', async () => {
    const { services, atTheNextStart } = setUp(['invokeai.service']);
    expect(services.state()).toMatchObject({ units: [], takenAt: null });
    services.start();
    await vi.advanceTimersByTimeAsync(10);
    const { takenAt, units } = services.state();
    expect(units).toHaveLength(1);
    expect(atTheNextStart()).toEqual({ hostId: 'ada2', units, takenAt, error: null, sudoWithoutPassword: null });
    services.stop();
  });

  it('finds the units of the chain, reads all in one round trip, and reads again on a push', async () => {
    const t = setUp(['ssh.service', 'nginx.service', 'invokeai.service', 'invokeai-openai-images-shim.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    expect(t.names()).toEqual(['invokeai.service', 'invokeai-openai-images-shim.service', 'nginx.service']);
    expect(t.shows()).toBe(1);
    expect(t.services.state().sudoWithoutPassword).toBe(true);
    t.states.set('nginx.service', 'failed');
    t.host.streams.at(-1)?.push('{"__CURSOR":"s=1","UNIT":"nginx.service"}');
    await vi.advanceTimersByTimeAsync(10);
    expect(t.services.state().units.find((unit) => unit.name === 'nginx.service')?.verdict.tone).toBe('bad');
    t.services.stop();
  });

  it('reads again on request whether a verb needs a password, and keeps what is unknown unknown', async () => {
    const t = setUp(['nginx.service']);
    await t.services.checkSudo();
    expect(t.services.state().sudoWithoutPassword).toBeNull();
    t.host.allowRoot(() => false);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    expect(t.services.state().sudoWithoutPassword).toBe(false);
    t.host.allowRoot((argv) => argv.join(' ') === '/usr/bin/systemctl restart nginx.service');
    await t.services.checkSudo();
    expect(t.services.state().sudoWithoutPassword).toBe(true);
    t.services.stop();
  });

  it('gives no CPU share across a clock that was set, and the right one after it', async () => {
    const t = setUp(['nginx.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(5010);
    const shares: (number | null | undefined)[] = [];
    for (const setMs of [-3_600_000, 0, 3_600_000, 0]) {
      vi.setSystemTime(Date.now() + setMs);
      await vi.advanceTimersByTimeAsync(5000);
      shares.push(t.services.state().units[0]?.cpuPercent);
    }
    expect(shares).toEqual([null, expect.closeTo(10, 0), null, expect.closeTo(10, 0)]);
    t.services.stop();
  });

  it('polls slowly for the counters', async () => {
    const t = setUp(['nginx.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(5010);
    expect(t.shows()).toBe(2);
    expect(t.services.state().units[0]?.cpuPercent).toBeCloseTo(10, 0);
    t.services.stop();
    const before = t.shows();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(t.shows()).toBe(before);
  });

  it('watches again after a reconnect and after the watching command ended', async () => {
    const t = setUp(['nginx.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    t.host.goOffline();
    await vi.advanceTimersByTimeAsync(10);
    const streams = t.host.streams.length;
    t.host.goOnline();
    await vi.advanceTimersByTimeAsync(10);
    expect(t.host.streams.length).toBeGreaterThan(streams);
    const again = t.host.streams.length;
    t.host.streams.at(-1)?.end(1);
    await vi.advanceTimersByTimeAsync(1500);
    expect(t.host.streams.length).toBe(again + 1);
    expect(t.host.streams.filter((stream) => !stream.isClosed()).length).toBeGreaterThan(0);
    t.services.stop();
    expect(t.host.streams.at(-1)?.isClosed()).toBe(true);
  });

  it('keeps an order that was set while the units were read', async () => {
    const t = setUp(['nginx.service', 'ollama.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    const wanted = t.names().toReversed();
    let isOrdered = false;
    t.whenShown(() => {
      if (!isOrdered) t.services.order(wanted);
      isOrdered = true;
    });
    await t.services.refresh();
    expect(isOrdered).toBe(true);
    expect(t.names()).toEqual(wanted);
    t.services.stop();
  });

  it('keeps the units of the chain when a refresh is asked for while the units are read', async () => {
    const t = setUp(['nginx.service', 'cron.service']);
    t.services.start();
    t.services.pin('cron.service', true);
    await vi.advanceTimersByTimeAsync(10);
    const names = t.names();
    expect(names).toContain('nginx.service');
    const published: string[][] = [];
    t.services.onChange(({ units }) => published.push(units.map(({ name }) => name)));
    let again: Promise<unknown> | null = null;
    t.whenShown(() => {
      again ??= t.services.refresh();
    });
    await t.services.refresh();
    await again;
    expect(published.length).toBeGreaterThan(1);
    for (const shown of published) expect(shown).toEqual(names);
    t.services.stop();
  });
});

describe('consequencesOf', () => {
  const shown = (more: string) =>
    parseShow(`Id=a.service\nLoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\n${more}`)[0];
  const of = (verb: 'stop' | 'start', more = '') => {
    const unit = shown(more);
    if (unit === undefined) throw new Error('no unit');
    return consequencesOf({ unit: 'a.service', verb, hostLabel: 'ada2', shown: unit, heldVramMiB: 2048 });
  };

  it('names what stops with it, once, and the VRAM it holds', () => {
    const message = of('stop', 'RequiredBy=shim.service multi-user.target\nBoundBy=shim.service\nConsistsOf=worker.service\n');
    expect(message.alsoStops).toEqual(['shim.service', 'worker.service']);
    expect(message.sentences.join(' ')).toContain('2.0 GiB');
    expect(message.needsConfirmation).toBe(true);
  });

  it('a start needs no question', () => {
    expect(of('start')).toMatchObject({ alsoStops: [], heldVramMiB: null, needsConfirmation: false });
  });
});

describe('chooseUnits', () => {
  it("keeps the operator's order, shows each once, and nothing that is neither known nor pinned", () => {
    const found = ['a.service', 'nginx.service', 'ollama.service', 'invokeai.service'];
    expect(chooseUnits({ found, pinned: ['z.service', 'nginx.service'], order: ['ollama.service', 'gone.service'] })).toEqual([
      'ollama.service',
      'invokeai.service',
      'nginx.service',
      'z.service',
    ]);
  });
});
