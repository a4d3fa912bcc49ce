import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseProxyJump } from './proxy-jump.ts';
import { resolveAlias } from './ssh-config.ts';
import { listSshConfigAliases } from './ssh-config-hosts.ts';

describe('the operator’s SSH configuration', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'ada-config-'));
    mkdirSync(join(home, '.ssh', 'more'), { recursive: true });
    const config = [
      `Include ${join(home, '.ssh', 'more')}/*.conf`,
      'Host ada2 gpu',
      '  HostName 10.0.0.2',
      '  User operator',
      '  Port 2222',
      '  IdentitiesOnly yes',
      `  IdentityFile ${home}/.ssh/id_%n`,
      '  ProxyJump hop@gate:2200',
      'Host *.lan !secret.lan',
      '  User lan',
      'Host *',
      '  User everyone',
    ];
    writeFileSync(join(home, '.ssh', 'config'), `${config.join('\n')}\n`);
    writeFileSync(join(home, '.ssh', 'more', 'a.conf'), 'Host included\n  HostName inc.example\n');
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each([false, true])('resolves an alias the same with OpenSSH (%s) and without', async (useOpenSsh) => {
    const o = { homeFolder: home, environment: { PATH: process.env['PATH'] }, useOpenSsh };
    expect(await resolveAlias('ada2', o)).toMatchObject({
      hostName: '10.0.0.2',
      port: 2222,
      user: 'operator',
      identitiesOnly: true,
      identityFiles: [join(home, '.ssh', 'id_ada2')],
      proxyJump: 'hop@gate:2200',
      proxyCommand: null,
    });
    expect(await resolveAlias('x.lan', o)).toMatchObject({ hostName: 'x.lan', port: 22, user: 'lan', proxyJump: null });
    expect(await resolveAlias('included', o)).toMatchObject({ hostName: 'inc.example', user: 'everyone' });
    expect(await listSshConfigAliases(home)).toEqual(['included', 'ada2', 'gpu']);
  });

  it.each([false, true])('keeps to the home that HOME names, which OpenSSH (%s) itself does not', async (useOpenSsh) => {
    vi.stubEnv('HOME', home);
    try {
      writeFileSync(join(home, '.ssh', 'beside.conf'), 'Host beside\n  HostName beside.example\n  IdentityFile ~/.ssh/id_beside\n');
      writeFileSync(join(home, '.ssh', 'more', 'b.conf'), 'Include beside.conf\n');
      const o = { homeFolder: home, environment: { PATH: process.env['PATH'], HOME: home }, useOpenSsh };
      expect(await resolveAlias('ada2', o)).toMatchObject({ hostName: '10.0.0.2', user: 'operator', userKnownHostsFiles: null });
      expect(await resolveAlias('beside', o)).toMatchObject({
        hostName: 'beside.example',
        user: 'everyone',
        identityFiles: [join(home, '.ssh', 'id_beside')],
      });
      expect(await listSshConfigAliases(home)).toEqual(['included', 'beside', 'ada2', 'gpu']);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.skipIf(spawnSync('ssh', ['-V']).error !== undefined)('names the line of the configuration that ssh refuses', async () => {
    const other = mkdtempSync(join(tmpdir(), 'ada-config-'));
    mkdirSync(join(other, '.ssh'));
    writeFileSync(join(other, '.ssh', 'config'), 'Host a\n  NoSuchOption yes\n');
    const requested = resolveAlias('a', { homeFolder: other, environment: { PATH: process.env['PATH'] } });
    await expect(requested).rejects.toMatchObject({
      panelError: { code: 'ssh-config-broken', detail: expect.stringMatching(/line 2.*nosuchoption/i) },
    });
    rmSync(other, { recursive: true, force: true });
  });

  it('is empty where there is none', async () => {
    expect(await listSshConfigAliases('/nonexistent')).toEqual([]);
  });

  it('reads jump chains', () => {
    const target = { alias: 'gpu', hostName: '10.0.0.2', port: 2222, user: 'op' };
    expect(parseProxyJump('a@one:22, ssh://two,[::1]:2200', target)).toEqual([
      { user: 'a', host: 'one', port: 22 },
      { user: null, host: 'two', port: null },
      { user: null, host: '::1', port: 2200 },
    ]);
    expect(() => parseProxyJump('-oProxyCommand=x', target)).toThrow();
  });
});
