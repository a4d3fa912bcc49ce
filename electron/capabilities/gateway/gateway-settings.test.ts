import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../foundation/log/log.ts';
import type { SecretStore } from '../../foundation/secret-store.ts';
import { openSettings } from '../settings/settings.ts';
import type { SettingsStore } from '../settings-store.ts';
import { createGatewaySettings, createGatewaySettingsInMemory, forgetGateway, type SavedGateway } from './gateway-settings.ts';

const TOKEN = 'top-secret-token';
const saved: SavedGateway = {
  profile: { address: 'https://ai2:8800', via: { kind: 'direct' }, observabilityPort: 8801, imagesClass: 'gpu_heavy' },
  trust: { kind: 'pinned', sha256: Array(32).fill('AB').join(':') },
  boundTo: 'ada2:22 SHA256:x',
};
let folder: string;
let settings: SettingsStore;
let ring: Map<string, string>;
let secrets: SecretStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ada-panel-keeper-'));
  settings = openSettings({ dataFolder: folder, log: silentLogger });
  ring = new Map();
  secrets = {
    values: () => [...ring.values()],
    read: (name) => ring.get(name) ?? null,
    write: (name, secret) => void ring.set(name, secret),
    forget: (name) => void ring.delete(name),
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const gatewaySettings = (hostId: string) => createGatewaySettings({ hostId, settings, secrets });

describe('the gateway of a host', () => {
  it('outlives the panel, with its token in the keyring and in no file', () => {
    expect([gatewaySettings('ada2').read(), gatewaySettings('ada2').token()]).toEqual([null, null]);
    gatewaySettings('ada2').write(saved);
    gatewaySettings('ada2').setToken(TOKEN);
    settings = openSettings({ dataFolder: folder, log: silentLogger });
    expect([gatewaySettings('ada2').read(), gatewaySettings('ada2').token()]).toEqual([saved, TOKEN]);
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(files.join()).toContain('https://ai2:8800');
    expect(files.join()).not.toContain(TOKEN);
  });

  it('is its own: another host has another, and neither takes the other away', () => {
    const other = { ...saved, profile: { ...saved.profile, address: 'https://ai3:8800' } };
    gatewaySettings('ada2').write(saved);
    gatewaySettings('ada2').setToken(TOKEN);
    gatewaySettings('ada3').write(other);
    gatewaySettings('ada3').setToken('another');
    forgetGateway(gatewaySettings('ada2'));
    expect([gatewaySettings('ada2').read(), gatewaySettings('ada2').token()]).toEqual([null, null]);
    expect([gatewaySettings('ada3').read(), gatewaySettings('ada3').token()]).toEqual([other, 'another']);
    expect([...ring.values()]).toEqual(['another']);
  });

  it('can lose its token alone', () => {
    gatewaySettings('ada2').write(saved);
    gatewaySettings('ada2').setToken(TOKEN);
    gatewaySettings('ada2').setToken(null);
    expect([gatewaySettings('ada2').read(), gatewaySettings('ada2').token(), ring.size]).toEqual([saved, null, 0]);
  });

  it('of the lab is forgotten with the lab', () => {
    const lab = createGatewaySettingsInMemory(saved, TOKEN);
    expect([lab.read(), lab.token()]).toEqual([saved, TOKEN]);
    lab.setToken('changed');
    forgetGateway(lab);
    expect([lab.read(), lab.token(), ring.size]).toEqual([null, null, 0]);
    expect(createGatewaySettingsInMemory(saved, TOKEN).token()).toBe(TOKEN);
  });
});
