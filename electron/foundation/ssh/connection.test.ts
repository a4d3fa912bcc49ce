import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE } from '../../../fixtures/patience.ts';
import { hasSshd, hostKeyOf, makeKey, panel, startSshd, type TestSshd } from '../../testing/test-sshd.ts';

describe.skipIf(!hasSshd)('a connection to a real sshd', () => {
  let sshd: TestSshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(async () => await sshd.stop());

  it.each(['id', 'ecdsa', 'rsa'])('signs in with the key %s and measures the round trip', async (key) => {
    const host = panel(sshd, { key });
    host.connection.connect();
    await host.reach('online');
    const measured = await new Promise<number | null>((resolve) => {
      host.connection.onChange(({ state }) => resolve(state.kind === 'online' ? state.roundTripMs : null));
    });
    expect(measured).toBeGreaterThan(0);
    const { state, changedAt } = host.connection.snapshot;
    // A moment of the wall clock, as it is shown: not before the test began and not after the last change.
    expect(state).toMatchObject({ kind: 'online', since: expect.any(Number) });
    if (state.kind === 'online') expect(changedAt - state.since).toBeLessThan(PATIENCE.timeout);
    expect(host.states.map((state) => state.kind)).toEqual(
      expect.arrayContaining(['connecting', 'checking-host-key', 'authenticating', 'online']),
    );
    host.connection.dispose();
  });

  it('asks about an unknown host key, writes it down when accepted, and asks no more', async () => {
    const host = panel(sshd, { trust: false, answer: () => ({ kind: 'accept' }) });
    host.connection.connect();
    await host.reach('online');
    expect(host.requested).toMatchObject([{ kind: 'host-key-unknown', hostName: '127.0.0.1', port: sshd.port, keyType: 'ssh-ed25519' }]);
    const question = host.requested[0];
    const written = readFileSync(question?.kind === 'host-key-unknown' ? question.knownHostsFile : '', 'utf8');
    expect(written).toBe(`[127.0.0.1]:${sshd.port} ssh-ed25519 ${hostKeyOf(sshd)}\n`);
    host.connection.disconnect();
    host.connection.connect();
    await host.reach('online');
    expect(host.requested).toHaveLength(1);
    host.connection.dispose();
  });

  it('blocks when the unknown key is not accepted', async () => {
    const host = panel(sshd, { trust: false });
    host.connection.connect();
    expect(await host.reach('blocked')).toMatchObject({ cause: { code: 'host-key-refused', retryable: false } });
    host.connection.dispose();
  });

  it('blocks on a changed host key with both fingerprints and the line', async () => {
    const other = makeKey(join(sshd.folder, 'other_host_key'));
    const known = join(sshd.folder, 'known-changed');
    writeFileSync(known, `# a comment\n[127.0.0.1]:${sshd.port} ${readFileSync(`${other}.pub`, 'utf8')}`);
    const host = panel(sshd, { options: { knownHostsFile: known }, trust: false });
    host.connection.connect();
    const state = await host.reach('blocked');
    expect(state).toMatchObject({ cause: { code: 'host-key-changed', facts: { file: known, line: '2' } } });
    const facts = state.kind === 'blocked' ? state.cause.facts : {};
    expect(facts?.['expected']).toMatch(/^SHA256:/);
    expect(facts?.['offered']).toMatch(/^SHA256:/);
    expect(facts?.['expected']).not.toBe(facts?.['offered']);
    host.connection.retryNow({ byOperator: false });
    expect(host.connection.snapshot.state.kind).toBe('blocked');
    host.connection.dispose();
  });

  it('asks for the passphrase of an encrypted key, again when wrong, and keeps it for a reconnect', async () => {
    const host = panel(sshd, {
      key: 'locked',
      answer: (question) => ({ kind: 'secret', secret: question.kind === 'passphrase' && question.attempt === 2 ? 'open sesame' : 'no' }),
    });
    host.connection.connect();
    await host.reach('online');
    expect(host.requested.map((question) => question.kind === 'passphrase' && question.attempt)).toEqual([1, 2]);
    host.connection.disconnect();
    host.connection.connect();
    await host.reach('online');
    expect(host.requested).toHaveLength(2);
    host.connection.dispose();
  });

  it('blocks after three wrong passphrases', async () => {
    const host = panel(sshd, { key: 'locked', answer: () => ({ kind: 'secret', secret: 'no' }) });
    host.connection.connect();
    expect(await host.reach('blocked')).toMatchObject({ cause: { code: 'key-passphrase-refused' } });
    expect(host.requested).toHaveLength(3);
    host.connection.dispose();
  });

  it('sends a refused password exactly once, and blocks', async () => {
    const failures = (): number => sshd.log().split('Failed password').length - 1;
    const before = failures();
    const host = panel(sshd, { key: null, answer: () => ({ kind: 'secret', secret: 'wrong' }) });
    host.connection.connect();
    expect(await host.reach('blocked')).toMatchObject({ cause: { code: 'ssh-auth-refused', retryable: false } });
    expect(host.requested).toHaveLength(1);
    host.connection.retryNow({ byOperator: false });
    host.connection.probe();
    expect(host.connection.snapshot.state.kind).toBe('blocked');
    expect(failures() - before).toBe(1);
    host.connection.retryNow({ byOperator: true });
    expect(host.connection.snapshot.state.kind).toBe('connecting');
    host.connection.dispose();
  });

  it('comes back by itself after its server process was killed', async () => {
    const host = panel(sshd, { options: { random: () => 0 } });
    host.connection.connect();
    await host.reach('online');
    sshd.killSessions();
    expect(await host.reach('reconnecting')).toMatchObject({ attempt: 2, cause: { retryable: true } });
    await host.reach('online');
    expect((await host.connection.exec(['echo', 'back'])).stdout).toBe('back\n');
    host.connection.dispose();
  });

  it('notices by keepalive that nobody answers any more, and dials anew', async () => {
    const host = panel(sshd, { options: { keepaliveSeconds: () => 0.2, random: () => 0 } });
    host.connection.connect();
    await host.reach('online');
    sshd.freezeSessions();
    expect(await host.reach('reconnecting')).toMatchObject({ cause: { code: 'ssh-keepalive-timeout' } });
    host.connection.retryNow({ byOperator: false });
    expect(host.connection.snapshot.state.kind).toBe('connecting');
    await host.reach('online');
    host.connection.dispose();
    sshd.killSessions();
  });

  it('redials when a probe after sleep finds nobody', async () => {
    const host = panel(sshd, { options: { keepaliveSeconds: () => 0 } });
    host.connection.connect();
    await host.reach('online');
    sshd.freezeSessions();
    host.connection.probe();
    await host.reach('connecting');
    await host.reach('online');
    expect((await host.connection.exec(['echo', 'awake'])).stdout).toBe('awake\n');
    host.connection.dispose();
    sshd.killSessions();
  });

  it('tells a refused port from a name that does not exist, and keeps trying both', async () => {
    const closed = panel(sshd, { profile: { port: 1 } });
    closed.connection.connect();
    expect(await closed.reach('reconnecting')).toMatchObject({ cause: { code: 'ssh-refused' } });
    closed.connection.dispose();
    const nowhere = panel(sshd, { profile: { hostName: 'no-such-host.invalid' } });
    nowhere.connection.connect();
    expect(await nowhere.reach('reconnecting')).toMatchObject({ cause: { code: 'ssh-dns-failed' } });
    nowhere.connection.dispose();
  });

  it('says which machine asks for a password: the jump host, or the host behind it', async () => {
    const inner = await startSshd();
    const known = join(sshd.folder, 'known-both');
    writeFileSync(known, [inner, sshd].map((each) => `[127.0.0.1]:${each.port} ssh-ed25519 ${hostKeyOf(each)}\n`).join(''));
    const through = (key: string | null) =>
      panel(sshd, {
        key,
        trust: false,
        options: { knownHostsFile: known },
        profile: { port: inner.port, proxyJump: `127.0.0.1:${sshd.port}` },
      });
    // Without a key the first machine asks already; with the key of the first it is the second that asks.
    const atJump = through(null);
    const atHost = through('id');
    for (const host of [atJump, atHost]) {
      host.connection.connect();
      await host.reach('blocked');
      host.connection.dispose();
    }
    const user = userInfo().username;
    expect(atJump.requested).toEqual([
      { kind: 'password', asking: { address: `${user}@127.0.0.1:${sshd.port}`, isJumpHost: true }, attempt: 1 },
    ]);
    expect(atHost.requested).toEqual([
      { kind: 'password', asking: { address: `${user}@127.0.0.1:${inner.port}`, isJumpHost: false }, attempt: 1 },
    ]);
    await inner.stop();
  });

  it('goes through a jump host and checks each key under its own name', async () => {
    const inner = await startSshd();
    copyFileSync(join(sshd.folder, 'authorized_keys'), join(inner.folder, 'authorized_keys'));
    const known = join(sshd.folder, 'known-jump');
    writeFileSync(known, `[127.0.0.1]:${inner.port} ssh-ed25519 ${hostKeyOf(inner)}\n`);
    const host = panel(sshd, {
      trust: false,
      answer: () => ({ kind: 'accept' }),
      options: { knownHostsFile: known },
      profile: { port: inner.port, proxyJump: `127.0.0.1:${sshd.port}` },
    });
    host.connection.connect();
    await host.reach('online');
    expect(host.requested).toMatchObject([{ kind: 'host-key-unknown', port: sshd.port }]);
    const { stdout } = await host.connection.exec(['sh', '-c', 'echo $SSH_CONNECTION']);
    expect(stdout.trim().split(' ')[3]).toBe(String(inner.port));
    host.connection.dispose();
    await inner.stop();
  });
});
