import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PromptAnswer } from '../../../shared/capabilities/hosts/contract.ts';
import { hasSshd, makeKey, panel, startSshd, type TestSshd } from '../../testing/test-sshd.ts';
import type { PromptQuestion } from './options.ts';

/** How a client judges the key of a host. */
type Verdict = 'known' | 'unknown' | 'changed' | 'revoked' | 'revoked-list-unreadable';

interface Case {
  readonly known?: string;
  /** Further files beside `known`, by their names. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Lines of the configuration; `DIR` stands for the folder of the files. */
  readonly config?: readonly string[];
  readonly hostName?: string;
  readonly port?: number;
  readonly verdict: Verdict;
}

const SPARE_LOOPBACK = '127.0.0.77';

/** Whether port 22 can be had on an address of this computer. */
async function isPortFree(address: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

const publicKey = (file: string): string => readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
const hashed = (name: string): string => {
  const salt = Buffer.alloc(20, 9);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

/** What the real ssh decides, from what it prints. */
async function judgedBySsh(configFile: string, options: readonly string[] = []): Promise<Verdict> {
  const child = spawn('ssh', ['-F', configFile, '-o', 'BatchMode=yes', ...options, 'gpu', 'true'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (exitCode === 0) return 'known';
  if (/Error checking host key/.test(stderr)) return 'revoked-list-unreadable';
  if (/REVOKED HOST KEY|revoked by file/.test(stderr)) return 'revoked';
  if (/IDENTIFICATION HAS CHANGED|differs from the key for the IP/.test(stderr)) return 'changed';
  if (/Host key verification failed/.test(stderr)) return 'unknown';
  throw new Error(`ssh failed otherwise: ${stderr}`);
}

describe.skipIf(!hasSshd)('host keys, judged as the real ssh judges them', () => {
  let sshd: TestSshd;
  let own: { ed25519: string; ecdsa: string; rsa: string };
  let other: { ed25519: string; ecdsa: string };
  let hasPort22 = false;
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

  beforeAll(async () => {
    hasPort22 = await isPortFree(SPARE_LOOPBACK, 22);
    const folder = mkdtempSync('/tmp/ada-host-keys-');
    const make = (name: string, type: string): string => makeKey(join(folder, name), type);
    const ecdsa = make('own-ecdsa', 'ecdsa');
    const rsa = make('own-rsa', 'rsa');
    sshd = await startSshd([
      `HostKey ${ecdsa}`,
      `HostKey ${rsa}`,
      ...(hasPort22 ? [`ListenAddress ${SPARE_LOOPBACK}:22`] : []),
      ...(outside === undefined ? [] : [`ListenAddress ${outside}`]),
    ]);
    own = { ed25519: publicKey(sshd.hostKeyFile), ecdsa: publicKey(ecdsa), rsa: publicKey(rsa) };
    other = { ed25519: publicKey(make('other', 'ed25519')), ecdsa: publicKey(make('other-ecdsa', 'ecdsa')) };
  });
  afterAll(async () => await sshd?.stop());

  /** A home folder whose configuration and known_hosts are those of the case. */
  const arrange = (o: Case): { readonly home: string; readonly configFile: string } => {
    const home = mkdtempSync(join(sshd.folder, 'home-'));
    const folder = join(home, '.ssh');
    mkdirSync(folder);
    for (const [name, text] of Object.entries({ known: o.known ?? '', ...o.files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const config = (o.config ?? []).map((line) => line.replaceAll('DIR', folder));
    const lines = [
      'Host gpu',
      ` HostName ${o.hostName ?? '127.0.0.1'}`,
      ` Port ${o.port ?? sshd.port}`,
      ` User ${userInfo().username}`,
      ` IdentityFile ${join(sshd.folder, 'id')}`,
      ' IdentitiesOnly yes',
      ...config.map((line) => ` ${line}`),
      ...(config.some((line) => line.startsWith('UserKnownHostsFile')) ? [] : [` UserKnownHostsFile ${join(folder, 'known')}`]),
      ...(config.some((line) => line.startsWith('GlobalKnownHostsFile')) ? [] : [' GlobalKnownHostsFile none']),
    ];
    const configFile = join(folder, 'config');
    writeFileSync(configFile, `${lines.join('\n')}\n`);
    return { home, configFile };
  };

  const connect = (home: string, answer: (question: PromptQuestion) => PromptAnswer) =>
    panel(sshd, {
      trust: false,
      key: null,
      profile: { sshConfigAlias: 'gpu' },
      answer,
      options: { homeFolder: home, knownHostsFile: join(home, '.ssh', 'known_hosts') },
    });

  const judgedByPanel = async (home: string): Promise<Verdict> => {
    const host = connect(home, () => ({ kind: 'cancel' }));
    const ended = new Promise<Verdict>((resolve, reject) => {
      host.connection.onChange(({ state }) => {
        if (state.kind === 'online') resolve('known');
        if (state.kind === 'reconnecting') reject(new Error(state.cause.message));
        if (state.kind !== 'blocked') return;
        const verdicts: Readonly<Record<string, Verdict>> = {
          'host-key-changed': 'changed',
          'host-key-revoked': 'revoked',
          'host-key-refused': 'unknown',
          'revoked-keys-unreadable': 'revoked-list-unreadable',
        };
        const verdict = verdicts[state.cause.code];
        if (verdict === undefined) reject(new Error(`${state.cause.code}: ${state.cause.message} ${state.cause.detail ?? ''}`));
        else resolve(verdict);
      });
    });
    host.connection.connect();
    try {
      return await ended;
    } finally {
      host.connection.dispose();
    }
  };

  const cases = (): Readonly<Record<string, Case>> => {
    const at = `[127.0.0.1]:${sshd.port}`;
    const alias = ['HostKeyAlias gpu-box'];
    return {
      'nothing known': { verdict: 'unknown' },
      'known with its port': { known: `${at} ${own.ed25519}`, verdict: 'known' },
      'another key with its port': { known: `${at} ${other.ed25519}`, verdict: 'changed' },
      'known without a port': { known: `127.0.0.1 ${own.ed25519}`, verdict: 'known' },
      'another key without a port': { known: `127.0.0.1 ${other.ed25519}`, verdict: 'unknown' },
      'known with another port': { known: `[127.0.0.1]:1 ${own.ed25519}`, verdict: 'unknown' },
      'brackets around the name, no port': { known: `[127.0.0.1] ${own.ed25519}`, verdict: 'unknown' },
      'alias known': { known: `gpu-box ${own.ed25519}`, config: alias, verdict: 'known' },
      'alias with another key': { known: `gpu-box ${other.ed25519}`, config: alias, verdict: 'changed' },
      'alias known under its name with a port': { known: `[gpu-box]:${sshd.port} ${own.ed25519}`, config: alias, verdict: 'unknown' },
      'alias, the address known': { known: `${at},127.0.0.1 ${own.ed25519}`, config: alias, verdict: 'unknown' },
      'alias in other case': { known: `gpu-box ${own.ed25519}`, config: ['HostKeyAlias GPU-Box'], verdict: 'known' },
      'alias with another key, the line in other case': { known: `GPU-Box ${other.ed25519}`, config: alias, verdict: 'changed' },
      'alias hashed': { known: `${hashed('gpu-box')} ${own.ed25519}`, config: alias, verdict: 'known' },
      'alias hashed, another key': { known: `${hashed('gpu-box')} ${other.ed25519}`, config: alias, verdict: 'changed' },
      'alias revoked': { known: `gpu-box ${own.ed25519}\n@revoked gpu-box ${own.ed25519}`, config: alias, verdict: 'revoked' },
      'name in other case': { known: `[LocalHost]:${sshd.port} ${own.ed25519}`, hostName: 'LOCALHOST', verdict: 'known' },
      'hashed name': { known: `${hashed(at)} ${own.ed25519}`, verdict: 'known' },
      'hashed name, another key': { known: `${hashed(at)} ${other.ed25519}`, verdict: 'changed' },
      'hashed in other case counts for nothing': {
        known: `${hashed(`[LOCALHOST]:${sshd.port}`)} ${own.ed25519}`,
        hostName: 'localhost',
        verdict: 'unknown',
      },
      'hash with a salt of the wrong length': { known: `|1|AAAA|AAAA ${other.ed25519}`, verdict: 'unknown' },
      'wildcard with the port': { known: `[127.0.0.*]:${sshd.port} ${own.ed25519}`, verdict: 'known' },
      'wildcard for all': { known: `* ${other.ed25519}`, verdict: 'changed' },
      'question marks': { known: `[127.?.0.1]:* ${own.ed25519}`, verdict: 'known' },
      'negation wins': { known: `*,!${at} ${own.ed25519}`, verdict: 'known' },
      'negation of both names': { known: `*,!${at},!127.0.0.1 ${own.ed25519}`, verdict: 'unknown' },
      'negation takes another key out': { known: `*,!${at} ${other.ed25519}`, verdict: 'unknown' },
      'negation alone': { known: `!other ${own.ed25519}`, verdict: 'unknown' },
      'list of names': { known: `a,${at},b ${own.ed25519}`, verdict: 'known' },
      'revoked, though known': { known: `${at} ${own.ed25519}\n@revoked * ${own.ed25519}`, verdict: 'revoked' },
      'revoked without a port': { known: `@revoked 127.0.0.1 ${own.ed25519}`, verdict: 'revoked' },
      'revoked for others only': { known: `${at} ${own.ed25519}\n@revoked other ${own.ed25519}`, verdict: 'known' },
      'another key revoked': { known: `${at} ${own.ed25519}\n@revoked * ${other.ed25519}`, verdict: 'known' },
      'an authority beside a known key': { known: `@cert-authority * ${other.ed25519}\n${at} ${own.ed25519}`, verdict: 'known' },
      'an authority alone': { known: `@cert-authority * ${own.ed25519}`, verdict: 'unknown' },
      'unknown marker': { known: `@trusted ${at} ${own.ed25519}`, verdict: 'unknown' },
      'two markers': { known: `@revoked @cert-authority ${at} ${own.ed25519}`, verdict: 'unknown' },
      'comments and blank lines': {
        known: `# ${at} ${other.ed25519}\n\n  # x\n\t${at}\t${own.ed25519} a comment # here`,
        verdict: 'known',
      },
      CRLF: { known: `# x\r\n${at} ${own.ed25519}\r\n\r\n`, verdict: 'known' },
      'CRLF, another key': { known: `${at} ${other.ed25519}\r\n`, verdict: 'changed' },
      'no newline at the end': { known: `x ${other.ed25519}\n${at} ${own.ed25519}`, verdict: 'known' },
      'cut line': { known: `${at} ${other.ed25519.slice(0, -8)}`, verdict: 'unknown' },
      'cut line before the right one': { known: `${at} ${other.ed25519.slice(0, -8)}\n${at} ${own.ed25519}`, verdict: 'known' },
      'name alone': { known: `${at}\n${at} \n${at} ssh-ed25519\n${at} ssh-ed25519 `, verdict: 'unknown' },
      'type and key disagree': { known: `${at} ssh-rsa ${other.ed25519.split(' ')[1]}`, verdict: 'unknown' },
      'unknown type': { known: `${at} ssh-foo AAAAB3NzaC1mb28=`, verdict: 'unknown' },
      'not base64': { known: `${at} ssh-ed25519 ????`, verdict: 'unknown' },
      'a longer key than there is': {
        known: `${at} ssh-ed25519 ${Buffer.concat([Buffer.from(other.ed25519.split(' ')[1] ?? '', 'base64'), Buffer.alloc(3)]).toString('base64')}`,
        verdict: 'unknown',
      },
      'RSA key of 512 bits': {
        known: `${at} ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7VJTUt9Us8cKjMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvuNMoSfm1R`,
        verdict: 'unknown',
      },
      'only the ECDSA key known': { known: `${at} ${own.ecdsa}`, verdict: 'known' },
      'only the RSA key known': { known: `${at} ${own.rsa}`, verdict: 'known' },
      'only the ECDSA key known, without a port': { known: `127.0.0.1 ${own.ecdsa}`, verdict: 'unknown' },
      'another ECDSA key': { known: `${at} ${other.ecdsa}`, verdict: 'changed' },
      'another ECDSA key beside the right one': { known: `${at} ${other.ecdsa}\n${at} ${own.ed25519}`, verdict: 'known' },
      'second file': {
        files: { second: `${at} ${own.ed25519}` },
        config: ['UserKnownHostsFile DIR/known DIR/second'],
        verdict: 'known',
      },
      'another key in the first of two files': {
        known: `${at} ${other.ed25519}`,
        files: { second: `${at} ${own.ed25519}` },
        config: ['UserKnownHostsFile DIR/known DIR/second'],
        verdict: 'known',
      },
      'revoked in the second file': {
        known: `${at} ${own.ed25519}`,
        files: { second: `@revoked * ${own.ed25519}` },
        config: ['UserKnownHostsFile DIR/known DIR/second'],
        verdict: 'revoked',
      },
      'file of the system': { files: { global: `${at} ${own.ed25519}` }, config: ['GlobalKnownHostsFile DIR/global'], verdict: 'known' },
      'file of the system, another key': {
        files: { global: `${at} ${other.ed25519}` },
        config: ['GlobalKnownHostsFile DIR/global'],
        verdict: 'changed',
      },
      'missing files': { config: ['UserKnownHostsFile DIR/none1 DIR/none2'], verdict: 'unknown' },
      'path with blanks': {
        files: { 'my hosts/known hosts': `${at} ${own.ed25519}` },
        config: ['UserKnownHostsFile "DIR/my hosts/known hosts"'],
        verdict: 'known',
      },
      'path with blanks, another key': {
        files: { 'my hosts/known': `${at} ${other.ed25519}` },
        config: ['UserKnownHostsFile "DIR/my hosts/known"'],
        verdict: 'changed',
      },
      'two paths, the second with blanks': {
        files: { 'a b': `${at} ${other.ed25519}` },
        config: ['UserKnownHostsFile DIR/known "DIR/a b"'],
        verdict: 'changed',
      },
      'path with an escaped blank': {
        files: { 'a b': `${at} ${other.ed25519}` },
        config: ['UserKnownHostsFile DIR/a\\ b # the old one'],
        verdict: 'changed',
      },
      'path with quotes inside': {
        files: { 'it"s': `${at} ${other.ed25519}` },
        config: ["UserKnownHostsFile 'DIR/it\"s'"],
        verdict: 'changed',
      },
      'path with a token': {
        files: { 'of gpu': `${at} ${other.ed25519}` },
        config: ['UserKnownHostsFile "DIR/of %n"'],
        verdict: 'changed',
      },
      'system path with blanks': {
        files: { 'g h': `${at} ${other.ed25519}` },
        config: ['GlobalKnownHostsFile "DIR/g h" DIR/nothing'],
        verdict: 'changed',
      },
      RevokedHostKeys: {
        known: `${at} ${own.ed25519}`,
        files: { revoked: `# gone\n${own.ed25519} old\n` },
        config: ['RevokedHostKeys DIR/revoked'],
        verdict: 'revoked',
      },
      'RevokedHostKeys with another key': {
        known: `${at} ${own.ed25519}`,
        files: { revoked: other.ed25519 },
        config: ['RevokedHostKeys DIR/revoked'],
        verdict: 'known',
      },
      'RevokedHostKeys, path with blanks': {
        known: `${at} ${own.ed25519}`,
        files: { 're voked': own.ed25519 },
        config: ['RevokedHostKeys "DIR/re voked"'],
        verdict: 'revoked',
      },
      'RevokedHostKeys that is not there': {
        known: `${at} ${own.ed25519}`,
        config: ['RevokedHostKeys DIR/nowhere'],
        verdict: 'revoked-list-unreadable',
      },
      'RevokedHostKeys none': { known: `${at} ${own.ed25519}`, config: ['RevokedHostKeys none'], verdict: 'known' },
      'CheckHostIP on this computer': {
        known: `[localhost]:${sshd.port} ${own.ed25519}\n[127.0.0.1]:${sshd.port} ${other.ed25519}`,
        hostName: 'localhost',
        config: ['CheckHostIP yes', 'AddressFamily inet'],
        verdict: 'known',
      },
      'unknown keys forbidden': { config: ['StrictHostKeyChecking yes'], verdict: 'unknown' },
      'HostKeyAlgorithms without the known kind': {
        known: `${at} ${own.ed25519}`,
        config: ['HostKeyAlgorithms ecdsa-sha2-nistp256'],
        verdict: 'changed',
      },
      ...(hasPort22
        ? {
            'port 22': { known: `${SPARE_LOOPBACK} ${own.ed25519}`, hostName: SPARE_LOOPBACK, port: 22, verdict: 'known' },
            'port 22, another key': { known: `${SPARE_LOOPBACK} ${other.ed25519}`, hostName: SPARE_LOOPBACK, port: 22, verdict: 'changed' },
            'port 22 in brackets': {
              known: `[${SPARE_LOOPBACK}]:22 ${own.ed25519}`,
              hostName: SPARE_LOOPBACK,
              port: 22,
              verdict: 'unknown',
            },
          }
        : {}),
    };
  };

  it('comes to the same verdict in every case of the table', async () => {
    const differing: string[] = [];
    for (const [name, o] of Object.entries(cases())) {
      const { home, configFile } = arrange(o);
      const [bySsh, byPanel] = await Promise.all([
        judgedBySsh(configFile).catch((thrown: unknown) => String(thrown)),
        judgedByPanel(home).catch((thrown: unknown) => String(thrown)),
      ]);
      if (bySsh !== o.verdict || byPanel !== o.verdict) differing.push(`${name}: ssh ${bySsh}, panel ${byPanel}, expected ${o.verdict}`);
    }
    expect(differing).toEqual([]);
  }, 240_000);

  it('reads a KRL as ssh does', async () => {
    const at = `[127.0.0.1]:${sshd.port}`;
    const folder = mkdtempSync(join(sshd.folder, 'krl-'));
    const krlOf = (name: string, spec: string): Buffer => {
      writeFileSync(join(folder, name), spec);
      execFileSync('ssh-keygen', ['-q', '-k', '-f', join(folder, `${name}.krl`), join(folder, name)]);
      return readFileSync(join(folder, `${name}.krl`));
    };
    const tables: Readonly<Record<string, { readonly krl: Buffer; readonly verdict: Verdict }>> = {
      key: { krl: krlOf('key', own.ed25519), verdict: 'revoked' },
      sha1: { krl: krlOf('sha1', `sha1: ${own.ed25519}`), verdict: 'revoked' },
      sha256: { krl: krlOf('sha256', `sha256: ${other.ed25519}\nsha256: ${own.ed25519}`), verdict: 'revoked' },
      others: { krl: krlOf('others', `${other.ed25519}\nsha256: ${own.ecdsa}`), verdict: 'known' },
      cut: { krl: krlOf('cut', other.ed25519).subarray(0, -3), verdict: 'revoked-list-unreadable' },
    };
    for (const [name, { krl, verdict }] of Object.entries(tables)) {
      const { home, configFile } = arrange({
        known: `${at} ${own.ed25519}`,
        files: { krl },
        config: ['RevokedHostKeys DIR/krl'],
        verdict,
      });
      expect([name, await judgedBySsh(configFile), await judgedByPanel(home)]).toEqual([name, verdict, verdict]);
    }
  }, 60_000);

  it('reads the second file of the default as well', async () => {
    const { home } = arrange({ verdict: 'changed' });
    const configFile = join(home, '.ssh', 'config');
    const config = readFileSync(configFile, 'utf8').replace(/ UserKnownHostsFile .*\n/, '');
    writeFileSync(configFile, config);
    writeFileSync(join(home, '.ssh', 'known_hosts2'), `[127.0.0.1]:${sshd.port} ${other.ed25519}\n`);
    const files = ['known_hosts', 'known_hosts2'].map((name) => `"${join(home, '.ssh', name)}"`).join(' ');
    expect(await judgedBySsh(configFile, ['-o', `UserKnownHostsFile=${files}`])).toBe('changed');
    expect(await judgedByPanel(home)).toBe('changed');
  }, 60_000);

  it.skipIf(outside === undefined)(
    'refuses a key that contradicts the one known for the address (CheckHostIP)',
    async () => {
      const hostName = outside ?? '';
      const { home, configFile } = arrange({
        known: `gpu-box ${own.ed25519}\n[${hostName}]:${sshd.port} ${other.ed25519}`,
        hostName,
        config: ['CheckHostIP yes', 'HostKeyAlias gpu-box'],
        verdict: 'changed',
      });
      // Only where it may not ask does ssh say why.
      const bySsh = await judgedBySsh(configFile, ['-o', 'StrictHostKeyChecking=yes']);
      expect([bySsh, await judgedByPanel(home)]).toEqual(['changed', 'changed']);
    },
    60_000,
  );

  it.each([
    { name: 'a port', config: [] },
    { name: 'a hashed name', config: ['HashKnownHosts yes'] },
    { name: 'an alias', config: ['HostKeyAlias gpu-box'] },
    { name: 'a hashed alias in capitals', config: ['HostKeyAlias GPU-Box', 'HashKnownHosts yes'] },
    { name: 'a path with blanks', config: ['UserKnownHostsFile "DIR/my hosts/known"'] },
    { name: 'a name in capitals', config: [], hostName: 'LOCALHOST' },
    { name: 'another file for reading', config: ['UserKnownHostsFile DIR/new/known DIR/known'] },
  ])(
    'writes a line that ssh and ssh-keygen find: $name',
    async ({ config, hostName }) => {
      const { home, configFile } = arrange({ config, verdict: 'unknown', ...(hostName === undefined ? {} : { hostName }) });
      const host = connect(home, () => ({ kind: 'accept' }));
      host.connection.connect();
      await host.reach('online');
      host.connection.dispose();
      const [question] = host.requested;
      const file = question?.kind === 'host-key-unknown' ? question.knownHostsFile : '';
      expect(await judgedBySsh(configFile, ['-o', 'StrictHostKeyChecking=yes'])).toBe('known');
      const alias = config
        .find((line) => line.startsWith('HostKeyAlias'))
        ?.split(' ')[1]
        ?.toLowerCase();
      const name = alias ?? `[${(hostName ?? '127.0.0.1').toLowerCase()}]:${sshd.port}`;
      expect(execFileSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' })).toContain(own.ed25519);
      expect(await judgedByPanel(home)).toBe('known');
    },
    60_000,
  );

  it('says unknown where ssh trusts a certificate, which the panel cannot read, and never trusts the authority’s own key', async () => {
    const authority = makeKey(join(sshd.folder, 'authority'));
    const hostKey = makeKey(join(sshd.folder, 'certified'));
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'gpu', '-h', '-n', 'gpu-box', `${hostKey}.pub`]);
    const server = await startSshd([`HostKey ${hostKey}`, `HostCertificate ${hostKey}-cert.pub`]);
    try {
      writeFileSync(join(server.folder, 'authorized_keys'), readFileSync(join(sshd.folder, 'authorized_keys')));
      const { home, configFile } = arrange({
        known: `@cert-authority gpu-box ${publicKey(authority)}`,
        config: ['HostKeyAlias gpu-box'],
        port: server.port,
        verdict: 'unknown',
      });
      expect([await judgedBySsh(configFile), await judgedByPanel(home)]).toEqual(['known', 'unknown']);
    } finally {
      await server.stop();
    }
  }, 60_000);

  it('offers no SHA-1 signatures of RSA keys unless the configuration asks for them', async () => {
    const rsa = makeKey(join(sshd.folder, 'sha1-rsa'), 'rsa');
    const server = await startSshd(['HostKeyAlgorithms ssh-rsa', `HostKey ${rsa}`]);
    try {
      const knownHostsFile = join(server.folder, 'known');
      writeFileSync(knownHostsFile, `[127.0.0.1]:${server.port} ${publicKey(rsa)}\n`);
      const strict = panel(server, { trust: false, options: { knownHostsFile } });
      strict.connection.connect();
      expect(await strict.reach('blocked')).toMatchObject({
        cause: { code: 'ssh-no-common-algorithm', hint: expect.stringContaining('HostKeyAlgorithms +ssh-rsa') },
      });
      strict.connection.dispose();
      const { home, configFile } = arrange({
        known: `[127.0.0.1]:${server.port} ${publicKey(rsa)}`,
        config: ['HostKeyAlgorithms +ssh-rsa'],
        port: server.port,
        verdict: 'known',
      });
      writeFileSync(join(server.folder, 'authorized_keys'), readFileSync(join(sshd.folder, 'authorized_keys')));
      expect([await judgedBySsh(configFile), await judgedByPanel(home)]).toEqual(['known', 'known']);
    } finally {
      await server.stop();
    }
  }, 60_000);
});
