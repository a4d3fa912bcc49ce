import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/default-settings.ts';
import { openSettings, understandSettings } from '../../capabilities/settings/settings.ts';
import { openSmallDisk, whyNoSmallDisk } from '../../testing/small-disk.ts';
import { silentLogger } from '../log/log.ts';
import { openJsonFile } from './json-file.ts';
import { keepUnknown } from './keep-unknown.ts';
import { createSaveMonitor } from './save-monitor.ts';

let dataFolder: string;
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'ada-panel-settings-'));
});
afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

const file = () => join(dataFolder, 'settings.json');
const stored = () => JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>;
function open() {
  const broken: string[] = [];
  const odd: string[] = [];
  const saves = createSaveMonitor();
  const settings = openSettings({
    dataFolder,
    saves,
    log: silentLogger,
    onCorrupt: (movedTo) => broken.push(movedTo),
    onUnknownEntries: (places) => odd.push(...places),
  });
  return { settings, broken, odd, saves };
}
const PIN = { kind: 'pinned', sha256: Array(32).fill('AB').join(':') };
const PROFILE = { address: 'https://gw:8800', via: { kind: 'direct' }, observabilityPort: 9100 };

/** As a newer version may have written it. */
const NEWER = {
  huggingFace: DEFAULT_SETTINGS.huggingFace,
  version: 7,
  appearance: { colorScheme: 'high-contrast', density: 'compact' },
  ssh: { keepaliveSeconds: 33, sudoKeepMinutes: 7 },
  data: { keepDays: 21 },
  services: { ada2: { pinned: ['a.service', 'b.timer'], order: [] }, NOT_AN_ID: 1 },
  gateways: { ada2: { profile: PROFILE, trust: PIN }, other: { profile: PROFILE, trust: { kind: 'quantum', root: 'x' } } },
  backends: { ada2: { invokeai: { url: 'quic://x', isThroughSsh: true }, comfyui: { url: 'http://127.0.0.1:8188', isThroughSsh: true } } },
  gpu: { units: 'imperial' },
  last: { page: 'overview', hostId: null, gpuRangeMs: 900_000 },
};

describe('settings of a newer version', () => {
  it('cost only what is not understood', () => {
    writeFileSync(file(), JSON.stringify(NEWER));
    const { settings, broken, odd } = open();
    expect(broken).toEqual([]);
    expect(settings.get()).toMatchObject({
      appearance: { colorScheme: 'auto' },
      ssh: { keepaliveSeconds: 33, sudoKeepMinutes: 7 },
      data: { keepDays: 21 },
      services: { ada2: { pinned: ['a.service'] } },
      gateways: { ada2: { trust: PIN } },
      backends: { ada2: { comfyui: { url: 'http://127.0.0.1:8188' } } },
    });
    // A kind of trust that is unknown is no trust: never read as a weaker one.
    expect(settings.get().gateways).not.toHaveProperty('other');
    expect(odd).toEqual([
      'appearance.colorScheme',
      'services.ada2.pinned.1',
      'services.NOT_AN_ID',
      'gateways.other',
      'backends.ada2.invokeai.url',
    ]);
  });

  it('are the same for the newer version after this one saved', () => {
    writeFileSync(file(), JSON.stringify(NEWER));
    const { settings } = open();
    settings.update({ data: { keepDays: 3 }, services: { ada2: { pinned: ['c.service'], order: [] } } });
    expect(stored()).toEqual({
      ...NEWER,
      data: { keepDays: 3 },
      services: { ...NEWER.services, ada2: { pinned: ['c.service', 'b.timer'], order: [] } },
    });
    settings.update({ appearance: { colorScheme: 'light' } });
    expect(stored()['appearance']).toEqual({ colorScheme: 'light', density: 'compact' });
  });

  it('are read with a byte-order mark', () => {
    writeFileSync(file(), `\uFEFF${JSON.stringify({ ...DEFAULT_SETTINGS, data: { keepDays: 2 } })}`);
    const { settings, broken } = open();
    expect([settings.get().data.keepDays, broken]).toEqual([2, []]);
  });
});

describe('a document of settings', () => {
  it('of an older version gets its version and what it lacks', () => {
    writeFileSync(file(), JSON.stringify({ appearance: { colorScheme: 'dark' } }));
    const { settings, odd } = open();
    expect(odd).toEqual([]);
    expect(settings.get()).toEqual({ ...DEFAULT_SETTINGS, appearance: { colorScheme: 'dark' } });
    settings.update({ data: { keepDays: 5 } });
    expect(stored()).toMatchObject({ version: 1, appearance: { colorScheme: 'dark' } });
  });

  it('is migrated step by step from its own version', () => {
    writeFileSync(file(), JSON.stringify({ version: 1, days: 3 }));
    const migrations = [() => ({ never: true }), (raw: unknown) => ({ keepDays: (raw as { days: number }).days })];
    const document = openJsonFile({
      file: file(),
      understand: (raw) => ({ value: raw as unknown, unknownEntries: [] }),
      fallback: {} as unknown,
      saves: createSaveMonitor(),
      log: silentLogger,
      migrations,
    });
    expect(document.read()).toEqual({ keepDays: 3 });
    document.write({ keepDays: 4 });
    expect(stored()).toEqual({ keepDays: 4, version: 2 });
  });

  it('that is no JSON is moved aside, each accident under its own name', () => {
    for (const text of ['{ "first": ', '[1, 2]', 'third']) {
      writeFileSync(file(), text);
      open().settings.update({ data: { keepDays: 1 } });
    }
    const names = ['settings.json.broken', 'settings.json.broken-2', 'settings.json.broken-3'];
    expect(names.map((name) => readFileSync(join(dataFolder, name), 'utf8'))).toEqual(['{ "first": ', '[1, 2]', 'third']);
  });

  it('that cannot be read now is not written over, and what it held comes back with the change', () => {
    mkdirSync(file());
    const { settings, saves } = open();
    expect(saves.currentError()).not.toBeNull();
    settings.update({ data: { keepDays: 9 } });
    expect(settings.get().data.keepDays).toBe(9);
    rmSync(file(), { recursive: true });
    writeFileSync(file(), JSON.stringify(NEWER));
    saves.retry();
    expect(saves.currentError()).toBeNull();
    expect(stored()).toEqual({ ...NEWER, data: { keepDays: 9 } });
  });

  it('never throws, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('appearance', 'ssh', 'services', 'gateways', 'backends', 'last'), (value, section) => {
        writeFileSync(file(), JSON.stringify({ ...DEFAULT_SETTINGS, [section]: value }));
        const { settings } = open();
        settings.update({ data: { keepDays: 8 } });
        expect(stored()['data']).toEqual({ keepDays: 8 });
        for (const name of readdirSync(dataFolder)) rmSync(join(dataFolder, name));
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is written for a change', () => {
  it('is the change and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        expect(keepUnknown(raw, { read: 1 }, { read: 1 })).toBe(raw);
      }),
    );
    const hosts = [
      { id: 'a', port: 22, future: true },
      { id: 'new', transport: 'mosh' },
    ];
    expect(keepUnknown(hosts, [{ id: 'a', port: 22 }], [{ id: 'a', port: 23 }, { id: 'b' }])).toEqual([
      { id: 'a', port: 23, future: true },
      { id: 'b' },
      { id: 'new', transport: 'mosh' },
    ]);
    expect(keepUnknown(hosts, [{ id: 'a', port: 22 }], [])).toEqual([{ id: 'new', transport: 'mosh' }]);
  });

  it('does not reach a prototype', () => {
    const raw: unknown = JSON.parse('{"__proto__":{"polluted":1},"a":1}');
    const next = keepUnknown(raw, { a: 1 }, { a: 2 });
    expect(JSON.stringify(next)).toBe('{"__proto__":{"polluted":1},"a":2}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(understandSettings(raw).value).toEqual(DEFAULT_SETTINGS);
  });
});

describe.skipIf(whyNoSmallDisk() !== null)('on a disk that is full', () => {
  it('a change holds at once, the old file is whole, and the change is saved when there is room', () => {
    const disk = openSmallDisk(128 * 1024);
    dataFolder = join(disk.folder, 'data');
    mkdirSync(dataFolder);
    const pins = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`host-${n}`, { profile: PROFILE, trust: PIN }]));
    writeFileSync(file(), JSON.stringify({ ...DEFAULT_SETTINGS, gateways: pins }));
    const { settings, saves } = open();
    disk.fill(4_096);
    settings.update({ last: { ...settings.get().last, hostId: 'host-3' } });
    expect(settings.get().last.hostId).toBe('host-3');
    expect(saves.currentError()?.message).toMatch(/^Changes are not saved: The disk is full/);
    expect(Object.keys(open().settings.get().gateways)).toHaveLength(60);
    disk.free();
    saves.retry();
    expect(open().settings.get()).toMatchObject({ last: { hostId: 'host-3' }, gateways: { 'host-59': { trust: PIN } } });
    disk.remove();
  });
});
