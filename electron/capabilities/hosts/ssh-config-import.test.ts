import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { listSshConfigAliases } from '../../foundation/ssh/ssh-config-hosts.ts';
import { importFromSshConfig } from './ssh-config-import.ts';

describe('importing hosts of ~/.ssh/config', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'ada-import-'));
    mkdirSync(join(home, '.ssh'));
    const config = [
      'Host buero\n HostName büro.example',
      'Host six\n HostName [2001:db8::1]',
      'Host corp\n User "CORP\\\\jane doe"',
      'Host umlaut\n User jürgen',
      'Host with-port\n HostName 10.0.0.1:2222',
      'Host "with blank"\n HostName 10.0.0.2',
      `Host far\n ProxyJump ${Array.from({ length: 60 }, (_none, index) => `user@jump-host-number-${index}.example.org`).join(',')}`,
      `Host ${'long'.repeat(80)}\n HostName 10.0.0.3`,
      'Host known',
      'Host plain\n HostName 10.0.0.4\n Port 2200',
      'Host *\n User me',
    ];
    writeFileSync(join(home, '.ssh', 'config'), `${config.join('\n')}\n`);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each([true, false])('adds every host that can be reached, and says why another cannot, with OpenSSH %s', async (useOpenSsh) => {
    const aliases = await listSshConfigAliases(home);
    const listed = aliases.map((alias) => ({ alias, alreadyAdded: alias === 'known' }));
    const o = { homeFolder: home, environment: { PATH: process.env['PATH'] }, useOpenSsh };
    const { added, failed } = await importFromSshConfig([...aliases, 'gone', 'plain'], listed, new Set(['plain']), o);
    for (const profile of added) HostProfile.parse(profile);
    const shown = added.map(({ id, user, hostName, port }) => `${id}: ${user}@${hostName}:${port}`);
    expect(shown.filter((line) => !line.startsWith('with-blank'))).toEqual([
      'buero: me@xn--bro-hoa.example:22',
      'six: me@2001:db8::1:22',
      'corp: CORP\\jane doe@corp:22',
      'umlaut: jürgen@umlaut:22',
      'far: me@far:22',
      'plain-2: me@10.0.0.4:2200',
    ]);
    // Newer versions of ssh refuse a blank in a name.
    const reasons = new Map(failed.map(({ alias, error }) => [alias, error.code]));
    expect(reasons.get('with-port')).toBe('ssh-host-name-with-port');
    expect(reasons.get('gone')).toBe('ssh-config-alias-missing');
    expect(reasons.get('long'.repeat(80))).toBe('ssh-bad-alias');
    expect([...reasons.keys()].filter((alias) => alias !== 'with blank')).toHaveLength(3);
    expect(failed.every(({ error }) => error.message !== '' && error.hint !== '')).toBe(true);
  });
});
