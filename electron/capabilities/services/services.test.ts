import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HOST_SCRIPTS } from '../../../shared/host-scripts/index.ts';
import { SUDOERS_EXITS, SUDOERS_PATH } from '../../../shared/host-scripts/sudoers.ts';
import { openLastKnown } from '../../foundation/files/last-known.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { consequencesOf } from './consequences.ts';
import { chooseUnits } from './discovery.ts';
import { createServices, type ServicePreferences } from './services.ts';
import { parseShow } from './show-parser.ts';
import { type SudoDialect, sudoersText } from './sudoers.ts';
import { planSudoers } from './sudoers-install.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function setUp(units: readonly string[], isShown = true) {
  const states = new Map(units.map((name) => [name, 'active']));
  let preferences: ServicePreferences = { pinned: [], order: [] };
  let installed: string | null = null;
  let isClosed = false;
  let arrives = Number.POSITIVE_INFINITY;
  let cpuNs = 0;
  let onShow = (): void => {};
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
    if (argv[3] === HOST_SCRIPTS.sudoersInstall.name) {
      const [wanted, replaceable] = argv.slice(4);
      const text = String(options.stdin).slice(0, arrives);
      if (sha256(text) !== wanted) return { exitCode: SUDOERS_EXITS.incomplete };
      if ((installed === null ? '-' : sha256(installed)) !== replaceable) return { exitCode: SUDOERS_EXITS.unseen };
      installed = text;
    }
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
  const putSudoers = (text: string, closed?: 'only root may read'): void => {
    installed = text;
    isClosed = closed !== undefined;
  };
  const cutInput = (characters: number): void => {
    arrives = characters;
  };
  const atTheNextStart = () => createServices(parts).state();
  return {
    host,
    services,
    atTheNextStart,
    states,
    putSudoers,
    cutInput,
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
    // Root gets the bytes themselves, never the path of a file that others could change meanwhile.
    const asRoot = t.host.executed.filter((one) => one.options.sudo !== undefined && one.options.stdin !== undefined);
    expect(asRoot.map((one) => one.options.stdin)).toEqual([plan.text]);
    expect(t.host.files.size).toBe(0);
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
    expect(t.host.executed.some((one) => one.options.stdin !== undefined)).toBe(false);
    expect(await t.services.installSudoers(plan.text, plan.present)).toMatchObject({ installed: 'same', present: plan.text });
    t.services.stop();
  });

  it('compares the rules of an installed file, not its comments', async () => {
    const t = setUp(['nginx.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    const { text } = await t.services.sudoersPlan(false);
    const rules = text.replace(/^# .*\n/gm, '');
    for (const [present, installed] of [
      [`# Written by an older version.\n\n${rules}`, 'same'],
      [`${rules}#1000 ALL=(root) NOPASSWD: /usr/bin/true\n`, 'differs'],
      [`# A comment that goes on \\\n${rules}`, 'differs'],
    ] as const) {
      t.putSudoers(present);
      expect(await t.services.sudoersPlan(false)).toMatchObject({ installed, present });
    }
    t.services.stop();
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

  it('does not overwrite comments that were not shown', async () => {
    const t = setUp(['nginx.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    const { text } = await t.services.sudoersPlan(false);
    const theirs = `# Approved by the owner of the host.\n${text}`;
    t.putSudoers(theirs);
    await expect(t.services.installSudoers(text, null)).rejects.toMatchObject({ panelError: { code: 'sudoers-unseen' } });
    expect(await t.services.sudoersPlan(false)).toMatchObject({ installed: 'same', present: theirs });
    expect(await t.services.installSudoers(text, theirs)).toMatchObject({ installed: 'same', present: text });
    t.services.stop();
  });

  it('installs nothing of a text that arrives cut', async () => {
    const t = setUp(['nginx.service']);
    t.services.start();
    await vi.advanceTimersByTimeAsync(10);
    const plan = await t.services.sudoersPlan(false);
    t.cutInput(plan.text.length - 10);
    await expect(t.services.installSudoers(plan.text, null)).rejects.toMatchObject({ panelError: { code: 'sudoers-install-failed' } });
    expect(await t.services.sudoersPlan(false)).toMatchObject({ installed: 'absent' });
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
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
        fc.constantFrom<SudoDialect>('sudo', 'sudo-rs'),
        (units, dialect) => {
          const text = sudoersText('ada', units, dialect);
          expect(text).not.toMatch(/[*?[\]!]/);
          const commands = text.match(/\/usr\/bin\/systemctl \S+ (?:\\.|[^\s,\\])+/g) ?? [];
          expect(commands).toHaveLength(units.length * 6);
          expect(text.match(/NOPASSWD: (.*)/)?.[1]).toBe('ADA_PANEL');
        },
      ),
    );
  });

  it('escapes a backslash for the pattern that sudo makes of it, and once for sudo-rs', () => {
    expect(sudoersText('ada', ['my\\x2dodd.service'], 'sudo')).toContain('restart my\\\\\\\\x2dodd.service');
    expect(sudoersText('ada', ['my\\x2dodd.service'], 'sudo-rs')).toContain('restart my\\\\x2dodd.service');
  });

  it('keeps lists as short as sudo-rs takes them', () => {
    const units = Array.from({ length: 45 }, (_none, n) => `unit-${n}.service`);
    const text = sudoersText('ada', units, 'sudo-rs');
    expect(text.match(/^Cmnd_Alias \S+/gm)).toEqual(['Cmnd_Alias ADA_PANEL', 'Cmnd_Alias ADA_PANEL_2', 'Cmnd_Alias ADA_PANEL_3']);
    expect(text).toContain('ada ALL=(root) NOPASSWD: ADA_PANEL, ADA_PANEL_2, ADA_PANEL_3\n');
    for (const unit of units) expect(text).toContain(` restart ${unit}`);
  });

  it('refuses what could mean more than itself', () => {
    for (const user of ['ALL', '%wheel', 'a b', '', '#0', 'a,b']) expect(() => sudoersText(user, ['a.service'], 'sudo')).toThrow();
    for (const unit of ['*.service', 'a b.service', 'a.service, ALL', '-h.service'])
      expect(() => sudoersText('ada', [unit], 'sudo')).toThrow();
    expect(() => sudoersText('ada', [], 'sudo')).toThrow();
  });
});

describe('planSudoers', () => {
  it.each([
    ['jane.doe', 'jane.doe'],
    ['jane@corp.example', '#4001'],
    ['CORP\\jane doe', '#4001'],
    ['jürgen', '#4001'],
    ['machine$', '#4001'],
  ])('makes a rule for %s as %s', async (user, inRule) => {
    const { transport } = createFakeTransport((argv) => {
      const command = argv.join(' ');
      if (command === 'id -un') return { stdout: `${user}\n` };
      if (command === 'id -u') return { stdout: '4001\n' };
      return { exitCode: 1, stderr: 'cat: No such file or directory' };
    });
    const plan = await planSudoers(transport, { units: ['a.service'], hostLabel: 'ada2', asRoot: false });
    expect(plan.text).toContain(`\n${inRule} ALL=(root) NOPASSWD: ADA_PANEL\n`);
    expect(plan.explanation[0]).toContain(`Allows ${user} on ada2`);
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
