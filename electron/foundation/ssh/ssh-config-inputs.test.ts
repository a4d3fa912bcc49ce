import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type ResolvedHost, resolveAlias } from './ssh-config.ts';
import { listSshConfigAliases } from './ssh-config-hosts.ts';
import { parseConfigLine, splitWords } from './ssh-config-words.ts';

const hasSsh = spawnSync('ssh', ['-V']).error === undefined;

describe('SSH configurations as people have them', () => {
  const homes: string[] = [];
  afterEach(() => {
    for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
  });
  /** A home folder with these files in its .ssh; HOME in a text stands for that folder. */
  const homeWith = (files: Readonly<Record<string, string>>, folder = 'home'): string => {
    const home = join(mkdtempSync(join(tmpdir(), 'ada-config-')), folder);
    homes.push(home);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, '.ssh', name)), { recursive: true });
      writeFileSync(join(home, '.ssh', name), text.replaceAll('HOME', home));
    }
    return home;
  };
  const resolve = async (home: string, alias: string, o: { useOpenSsh?: boolean; openSshTimeoutMs?: number } = {}): Promise<ResolvedHost> =>
    await resolveAlias(alias, { homeFolder: home, environment: { PATH: process.env['PATH'], USER: 'tester' }, ...o });

  it('lists what Includes name by globs in folders and by sets of letters', async () => {
    const home = homeWith({
      config:
        'Include ~/.ssh/sub/*/config\nInclude "HOME/.ssh/conf.d/[0-9]*" conf.d/[!0-9a-c]?\nMatch originalhost nas exec "true"\n HostName 192.0.2.9\n',
      'sub/a/config': 'Host in-a\n',
      'sub/b/config': 'Host in-b\n',
      'sub/.hidden/config': 'Host hidden\n',
      'conf.d/10-x': 'Host ten\n',
      'conf.d/x-10': 'Host not-listed\n',
      'conf.d/zz': 'Host zed\n',
      'conf.d/ab': 'Host not-listed-either\n',
    });
    expect(await listSshConfigAliases(home)).toEqual(['in-a', 'in-b', 'ten', 'zed', 'nas']);
  });

  it('lists the names of files that include each other, in a moment', async () => {
    const home = homeWith({
      config: 'Include conf.d/*\nHost last\n',
      'conf.d/a': 'Include conf.d/*\n',
      'conf.d/b': 'Host inside\nInclude ../.ssh/conf.d/*\n',
      'conf.d/c': 'Include conf.d/*\n',
    });
    expect(await listSshConfigAliases(home)).toEqual(['inside', 'last']);
  });

  it.each(['~nobody/keys', '${ADA_NOT_SET}/keys', '/keys/%j'])('trusts no list of keys that it cannot find: %s', async (path) => {
    for (const keyword of ['UserKnownHostsFile', 'GlobalKnownHostsFile']) {
      const home = homeWith({ config: `Host gpu\n ${keyword} ${path}\n` });
      await expect(resolve(home, 'gpu', { useOpenSsh: false })).rejects.toMatchObject({
        panelError: { code: 'ssh-config-needs-openssh', message: expect.stringContaining(path) },
      });
    }
  });

  it('takes ~NAME of the operator for the home folder', async () => {
    const home = homeWith({
      config: `Host gpu\n IdentityFile ~${userInfo().username}/key\n UserKnownHostsFile ~${userInfo().username}/known\n`,
    });
    for (const useOpenSsh of hasSsh ? [true, false] : [false]) {
      expect(await resolve(home, 'gpu', { useOpenSsh })).toMatchObject({
        identityFiles: [join(home, 'key')],
        userKnownHostsFiles: [join(home, 'known')],
      });
    }
  });

  it('lists quoted names, names after `=`, and those of Match; no pattern, option or negation', async () => {
    const home = homeWith({
      config: [
        'Host "quoted" \'single\' "with blank" # a comment',
        'Host=equals',
        'HOST\tTab *.lan !no -x',
        'Match host "one,two*" user x',
        'Match !originalhost three originalhost=four',
        'Match all',
      ].join('\r\n'),
    });
    expect(await listSshConfigAliases(home)).toEqual(['quoted', 'single', 'with blank', 'equals', 'Tab', 'one', 'four']);
  });

  it('lists no name of an Include that the block around it cannot reach', async () => {
    const home = homeWith({
      config: 'Host *.lan\n Include inner\nHost *\n Include inner2\n',
      inner: 'Host a.lan b.wan\n',
      inner2: 'Host c\n',
    });
    expect(await listSshConfigAliases(home)).toEqual(['a.lan', 'c']);
  });

  it('ends with an Include of itself, and with an unreadable one', async () => {
    const home = homeWith({ config: 'Include config\nInclude /nonexistent/* HOME/.ssh\nHost last\n' });
    expect(await listSshConfigAliases(home)).toEqual(['last']);
  });

  it.each([true, false])('reads every path with blanks, with OpenSSH %s', async (useOpenSsh) => {
    const home = homeWith(
      {
        config: [
          'Host gpu',
          ' HostName 192.0.2.10',
          ' UserKnownHostsFile "/srv/my hosts/known_hosts" /srv/x\\ y ~/.ssh/third',
          ' GlobalKnownHostsFile "/srv/g h/a" /b',
          ' IdentityFile "/srv/my keys/id %n"',
          ' IdentityFile ~/.ssh/id_second',
          ' IdentityAgent "~/my agent/sock"',
          ' RevokedHostKeys "/srv/re voked"',
        ].join('\n'),
      },
      'a home',
    );
    expect(await resolve(home, 'gpu', { useOpenSsh })).toMatchObject({
      userKnownHostsFiles: ['/srv/my hosts/known_hosts', '/srv/x y', join(home, '.ssh', 'third')],
      globalKnownHostsFiles: ['/srv/g h/a', '/b'],
      identityFiles: ['/srv/my keys/id gpu', join(home, '.ssh', 'id_second')],
      identityAgent: join(home, 'my agent', 'sock'),
      revokedHostKeyFiles: ['/srv/re voked'],
    });
  });

  it.skipIf(!hasSsh)('fails where one printed text can be read in two ways', async () => {
    const home = homeWith({ config: 'Host gpu\n UserKnownHostsFile "/a b"\nHost other\n UserKnownHostsFile /a b\n' });
    await expect(resolve(home, 'gpu')).rejects.toMatchObject({ panelError: { code: 'ssh-config-ambiguous-path' } });
    await expect(resolve(home, 'third')).resolves.toMatchObject({ userKnownHostsFiles: null });
  });

  it.skipIf(!hasSsh)('tells none from the default', async () => {
    const home = homeWith({ config: 'Host a\n UserKnownHostsFile none\n GlobalKnownHostsFile none\n' });
    expect(await resolve(home, 'a')).toMatchObject({ userKnownHostsFiles: [], globalKnownHostsFiles: [] });
    expect(await resolve(home, 'b')).toMatchObject({
      userKnownHostsFiles: null,
      globalKnownHostsFiles: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
      identityFiles: [],
    });
  });

  it.skipIf(!hasSsh)('waits for a slow Match exec, and never uses another configuration where it hangs', async () => {
    const config = 'Match exec "sleep SECONDS"\n User vpnuser\n ProxyJump bastion\nHost gpu\n HostName 192.0.2.10\n';
    const slow = homeWith({ config: config.replace('SECONDS', '1') });
    expect(await resolve(slow, 'gpu')).toMatchObject({ user: 'vpnuser', proxyJump: 'bastion', hostName: '192.0.2.10' });
    const hanging = homeWith({ config: config.replace('SECONDS', '600') });
    await expect(resolve(hanging, 'gpu', { openSshTimeoutMs: 300 })).rejects.toMatchObject({
      panelError: { code: 'ssh-config-timeout', hint: expect.stringContaining('Match exec') },
    });
    await expect(resolve(slow, 'gpu', { useOpenSsh: false })).rejects.toMatchObject({ panelError: { code: 'ssh-config-needs-openssh' } });
  });

  it.skipIf(!hasSsh)('names file and line of what ssh refuses, also in an Include', async () => {
    const home = homeWith({ config: '# x\nInclude inner\n', inner: '\n\nHost gpu\n NoSuchOption yes\n' });
    await expect(resolve(home, 'gpu')).rejects.toMatchObject({
      panelError: { code: 'ssh-config-broken', detail: expect.stringMatching(/\.ssh\/inner line 4: .*nosuchoption/i) },
    });
    const quote = homeWith({ config: 'Host gpu\n User "open\n' });
    await expect(resolve(quote, 'gpu')).rejects.toMatchObject({ panelError: { code: 'ssh-config-broken' } });
  });

  it.skipIf(!hasSsh)('comes to the same settings as OpenSSH without it', async () => {
    const home = homeWith({
      config: [
        'Host GPU',
        ' User wrong-case',
        'Match originalhost gpu',
        ' HostName real.example',
        'Match host real.example,x user !root',
        ' Port 2222',
        'Host gpu !gpu2',
        ' Include inner',
        'Match canonical',
        ' User canonical',
        'Host *',
        ' User = last',
        ' Port 7',
        ' HostKeyAlias "gpu-box"',
        ' StrictHostKeyChecking yes',
        ' CheckHostIP yes',
        ' HashKnownHosts no',
      ].join('\n'),
      inner:
        'IdentityFile ~/.ssh/a\nHost gpu2\n User two\nHost g*\n ProxyJump %r@gate:2200\n IdentitiesOnly yes\n IdentityFile "~/.ssh/b c"\n',
    });
    const differing = ['hostKeyAlgorithms', 'globalKnownHostsFiles'];
    for (const alias of ['gpu', 'gpu2', 'other', 'real.example', 'x']) {
      const [by, without] = await Promise.all([resolve(home, alias), resolve(home, alias, { useOpenSsh: false })]);
      const compared = (host: ResolvedHost) => Object.entries(host).filter(([key]) => !differing.includes(key));
      expect([alias, ...compared(without)]).toEqual([alias, ...compared(by)]);
    }
  });

  it('unquotes as OpenSSH does, and survives any text', () => {
    expect(splitWords(`a "b c" d\\ e 'f"g' h"i j"k # l`)).toEqual(['a', 'b c', 'd e', 'f"g', 'hi jk']);
    expect(splitWords('"\\"" \\x "a\\ b"')).toEqual(['"', '\\x', 'a\\ b']);
    expect(splitWords('"open')).toBeNull();
    expect(parseConfigLine('  Host = "a b" c\r')).toEqual({ keyword: 'host', words: ['a b', 'c'], raw: 'Host = "a b" c' });
    fc.assert(fc.property(fc.string(), (text) => void parseConfigLine(text)));
  });
});
