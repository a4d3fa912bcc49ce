import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { silentLogger } from '../log/log.ts';
import { planRoute } from './jump.ts';

describe('the way to a host', () => {
  const homes: string[] = [];
  afterEach(() => {
    for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
  });

  const route = async (config: readonly string[], profile: Partial<HostProfile> = { sshConfigAlias: 'gpu' }) => {
    const homeFolder = mkdtempSync(join(tmpdir(), 'ada-route-'));
    homes.push(homeFolder);
    mkdirSync(join(homeFolder, '.ssh'));
    writeFileSync(join(homeFolder, '.ssh', 'config'), `${config.join('\n')}\n`);
    const hops = await planRoute(
      {
        profile: {
          id: 'gpu',
          kind: 'ssh',
          label: 'gpu',
          hostName: '192.0.2.10',
          port: 22,
          user: 'me',
          identityFiles: [],
          useAgent: false,
          ...profile,
        },
        promptUser: async () => ({ kind: 'cancel' }),
        homeFolder,
        environment: { PATH: process.env['PATH'] },
        knownHostsFile: join(homeFolder, '.ssh', 'known_hosts'),
        keepaliveSeconds: () => 10,
        sudoKeepMinutes: () => 5,
        log: silentLogger,
      },
      new Map(),
    );
    return hops.map((hop) => `${hop.user}@${hop.hostName}:${hop.port} as ${hop.knownAs.name}`);
  };

  it('puts the tokens of a ProxyJump in, from the machine behind it', async () => {
    const config = ['Host gpu', ' HostName 192.0.2.10', ' User op', ' Port 2200', ' ProxyJump %r@jump-%n:22', 'Host *', ' User me'];
    expect(await route(config)).toEqual(['op@jump-gpu:22 as jump-gpu', 'op@192.0.2.10:2200 as [192.0.2.10]:2200']);
    config[4] = ' ProxyJump %r@%h.jump';
    expect(await route(config)).toEqual(['op@192.0.2.10.jump:22 as 192.0.2.10.jump', 'op@192.0.2.10:2200 as [192.0.2.10]:2200']);
  });

  it('does not go past a ProxyCommand of the first jump host, and passes over that of a later one', async () => {
    const config = ['Host gpu', ' ProxyJump one,two', ' User me', 'Host one', ' ProxyCommand nc %h %p', 'Host *', ' User me'];
    await expect(route(config)).rejects.toMatchObject({
      panelError: { code: 'ssh-proxy-command', message: expect.stringContaining('jump host one') },
    });
    config[3] = 'Host two';
    expect(await route(config)).toEqual(['me@one:22 as one', 'me@two:22 as two', 'me@gpu:22 as gpu']);
  });

  it('takes a jump of the profile in place of a ProxyCommand of the configuration, as ssh -J does', async () => {
    const config = ['Host gpu', ' ProxyCommand nc %h %p', 'Host *', ' User me'];
    await expect(route(config)).rejects.toMatchObject({ panelError: { code: 'ssh-proxy-command' } });
    expect(await route(config, { sshConfigAlias: 'gpu', proxyJump: 'gate' })).toEqual(['me@gate:22 as gate', 'me@gpu:22 as gpu']);
  });

  it('follows the own way of the first jump host, and ends a loop', async () => {
    expect(await route(['Host gpu', ' ProxyJump inner', 'Host inner', ' ProxyJump outer', 'Host *', ' User me'])).toEqual([
      'me@outer:22 as outer',
      'me@inner:22 as inner',
      'me@gpu:22 as gpu',
    ]);
    await expect(route(['Host gpu b', ' ProxyJump a', 'Host a', ' ProxyJump b', 'Host *', ' User me'])).rejects.toMatchObject({
      panelError: { code: 'ssh-too-many-hops' },
    });
  });

  it.each(['u@evil,u@*', 'a b', '*', 'me@-oProxyCommand=x', '-l@x', 'x:0', 'x:70000', 'u@[*]', "u@x'y", 'u@x;y', 'u@a?', '!x'])(
    'refuses the jump %j',
    async (proxyJump) => {
      const refused = { panelError: { code: expect.stringMatching(/^ssh-bad-/), retryable: false } };
      await expect(route([], { proxyJump })).rejects.toMatchObject(refused);
      await expect(route([`Host gpu`, ` ProxyJump "${proxyJump}"`])).rejects.toMatchObject({
        panelError: { code: expect.stringMatching(/^ssh-(?:bad-|config-broken)/) },
      });
    },
  );

  it('says that a HostName has a port in it', async () => {
    const refused = { panelError: { code: 'ssh-host-name-with-port', hint: expect.stringContaining('Port 2222') } };
    await expect(route(['Host gpu', ' HostName 10.0.0.1:2222'])).rejects.toMatchObject(refused);
    await expect(route([], { hostName: '10.0.0.1:2222' })).rejects.toMatchObject(refused);
    await expect(route(['Host gpu', ' HostName gpu.example:2222'])).rejects.toMatchObject(refused);
  });

  it('reaches an IPv6 address with or without brackets, and a name outside ASCII in its encoded form', async () => {
    const user = [' User me'];
    expect(await route(['Host gpu', ' HostName [2001:db8::1]', ...user])).toEqual(['me@2001:db8::1:22 as 2001:db8::1']);
    expect(await route(['Host gpu', ' HostName 2001:db8::1', ' Port 2', ...user])).toEqual(['me@2001:db8::1:2 as [2001:db8::1]:2']);
    expect(await route(['Host gpu', ' HostName büro.example', ...user])).toEqual(['me@xn--bro-hoa.example:22 as büro.example']);
  });

  it.each(['-oProxyCommand=x', '*', 'a;b', '$(id)', 'a\nb', 'x -f', "it's"])('gives ssh no alias %j', async (sshConfigAlias) => {
    await expect(route([], { sshConfigAlias })).rejects.toMatchObject({ panelError: { code: 'ssh-bad-alias' } });
  });

  it('reads no key from a network path', async () => {
    const identityFiles = ['\\\\evil.example\\share\\id'];
    await expect(route([], { identityFiles })).rejects.toMatchObject({ panelError: { code: 'key-path-refused' } });
  });
});
