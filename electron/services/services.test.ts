import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLastKnown } from '../history/last-known.ts';
import { silentLogger } from '../log.ts';
import { consequencesOf } from './consequences.ts';
import { chooseUnits } from './discovery.ts';
import { createFakeTransport } from './fake-transport.test-helper.ts';
import { createServices, type ServicePreferences } from './services.ts';
import { parseShow } from './show-parser.ts';
import { SUDOERS_PATH, sudoersText } from './sudoers.ts';

function setUp(units: readonly string[]) {
  const states = new Map(units.map((name) => [name, 'active']));
  let preferences: ServicePreferences = { pinned: [], order: [] };
  let installed: string | null = null;
  let isClosed = false;
  let cpuNs = 0;
  const host = createFakeTransport((argv, options) => {
    const command = argv.join(' ');
    if (command.includes('list-units')) {
      return {
        stdout: JSON.stringify([...states].map(([unit, active]) => ({ unit, load: 'loaded', active, sub: 'x', description: 'd' }))),
      };
    }
    if (command.includes('list-unit-files')) return { stdout: '[{"unit_file":"getty@.service","state":"enabled"}]' };
    if (command === 'id -un') return { stdout: 'ada\n' };
    if (command === `sudo -n -- cat ${SUDOERS_PATH}`) return { exitCode: 1, stderr: 'sudo: a password is required' };
    if (command === `cat ${SUDOERS_PATH}`) {
      if (isClosed && options.sudo === undefined) return { exitCode: 1, stderr: 'cat: Permission denied' };
      return installed === null ? { exitCode: 1, stderr: 'cat: No such file or directory' } : { stdout: installed };
    }
    if (argv[0] === '/usr/bin/install') installed = host.files.get(argv.at(-2) ?? '') ?? null;
    if (argv[1] !== 'show') return {};
    cpuNs += 500_000_000;
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
    log: silentLogger,
    now: Date.now,
  };
  const services = createServices(parts);
  const shows = (): number => host.executed.filter((one) => one.argv[1] === 'show').length;
  const putSudoers = (text: string, closed?: 'only root may read'): void => {
    installed = text;
    isClosed = closed !== undefined;
  };
  const atTheNextStart = () => createServices(parts).state();
  return { host, services, atTheNextStart, states, putSudoers, shows, names: () => services.state().units.map((unit) => unit.name) };
}

describe('services', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
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
    t.host.streams.at(-1)?.push('\u001echanged');
    await vi.advanceTimersByTimeAsync(10);
    expect(t.services.state().units.find((unit) => unit.name === 'nginx.service')?.verdict.tone).toBe('bad');
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

  it('installs the sudoers text of the plan, and no other', async () => {
    const t = setUp(['nginx.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    const plan = await t.services.sudoersPlan(false);
    expect(plan).toMatchObject({ installed: 'absent', present: null, path: SUDOERS_PATH });
    await expect(t.services.installSudoers(`${plan.text}ada ALL=(ALL) NOPASSWD: ALL\n`, null)).rejects.toMatchObject({
      panelError: { code: 'sudoers-changed' },
    });
    expect(t.host.executed.some((one) => one.options.sudo !== undefined)).toBe(false);
    expect(await t.services.installSudoers(plan.text, null)).toMatchObject({ installed: 'same', present: plan.text });
    const commands = t.host.executed.map((one) => one.argv[0]);
    expect(commands.indexOf('visudo')).toBeLessThan(commands.indexOf('/usr/bin/install'));
    t.services.stop();
  });

  it('replaces only a sudoers file that was shown', async () => {
    const t = setUp(['nginx.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    const theirs = 'ada ALL=(root) NOPASSWD: /usr/bin/true\n';
    t.putSudoers(theirs);
    const plan = await t.services.sudoersPlan(false);
    expect(plan).toMatchObject({ installed: 'differs', present: theirs });
    for (const shown of [null, 'what stood there before\n']) {
      await expect(t.services.installSudoers(plan.text, shown)).rejects.toMatchObject({ panelError: { code: 'sudoers-unseen' } });
    }
    expect(t.host.executed.some((one) => one.argv[0] === '/usr/bin/install')).toBe(false);
    expect(await t.services.installSudoers(plan.text, plan.present)).toMatchObject({ installed: 'same', present: plan.text });
    t.services.stop();
  });

  it('asks for no password to compare, unless it is told to', async () => {
    const t = setUp(['nginx.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    const theirs = 'theirs\n';
    t.putSudoers(theirs, 'only root may read');
    expect(await t.services.sudoersPlan(false)).toMatchObject({ installed: 'unknown', present: null });
    expect(t.host.executed.some((one) => one.options.sudo !== undefined)).toBe(false);
    expect(await t.services.sudoersPlan(true)).toMatchObject({ installed: 'differs', present: theirs });
    t.services.stop();
  });
});

describe('sudoersText', () => {
  it('allows whole commands only, whatever the unit is called', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9:_.@\\][a-zA-Z0-9:_.@\\-]{0,20}\.service$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (units) => {
        const text = sudoersText('ada', units);
        expect(text).not.toMatch(/[*?[\]!]/);
        const commands = text.match(/\/usr\/bin\/systemctl \S+ (?:\\.|[^\s,\\])+/g) ?? [];
        expect(commands).toHaveLength(units.length * 6);
        expect(text.match(/NOPASSWD: (.*)/)?.[1]).toBe('ADA_PANEL');
      }),
    );
  });

  it('refuses what could mean more than itself', () => {
    for (const user of ['ALL', '%wheel', 'a b', '', '#0', 'a,b']) expect(() => sudoersText(user, ['a.service'])).toThrow();
    for (const unit of ['*.service', 'a b.service', 'a.service, ALL', '-h.service']) expect(() => sudoersText('ada', [unit])).toThrow();
    expect(() => sudoersText('ada', [])).toThrow();
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
    const said = of('stop', 'RequiredBy=shim.service multi-user.target\nBoundBy=shim.service\nConsistsOf=worker.service\n');
    expect(said.alsoStops).toEqual(['shim.service', 'worker.service']);
    expect(said.sentences.join(' ')).toContain('2.0 GiB');
    expect(said.needsConfirmation).toBe(true);
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
