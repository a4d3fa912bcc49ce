import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasSshd, makeKey, panel, startSshd, type TestPanel, type TestSshd } from '../../testing/test-sshd.ts';

interface TestAgent {
  readonly socket: string;
  load(...keyFiles: readonly string[]): void;
  empty(): void;
  stop(): void;
}

/** A real ssh-agent; it goes to the background by itself once its socket is there. */
function startAgent(socket: string): TestAgent {
  const pid = /SSH_AGENT_PID=(\d+)/.exec(execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' }))?.[1];
  const add = (...args: readonly string[]): void =>
    void execFileSync('ssh-add', ['-q', ...args], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
  return { socket, load: (...files) => add(...files), empty: () => add('-D'), stop: () => void process.kill(Number(pid)) };
}

describe.skipIf(!hasSshd)('signing in with a real ssh-agent', () => {
  let sshd: TestSshd;
  let agent: TestAgent;
  let strangers: string[];
  beforeAll(async () => {
    sshd = await startSshd();
    agent = startAgent(join(sshd.folder, 'agent'));
    strangers = Array.from({ length: 7 }, (_none, index) => makeKey(join(sshd.folder, `stranger${index}`)));
  });
  beforeEach(() => agent.empty());
  afterAll(async () => {
    agent?.stop();
    await sshd?.stop();
  });

  /** A panel whose home holds this ssh_config for the host, and whose environment names this agent. */
  const withAgent = (config: readonly string[], socket: string | null): TestPanel => {
    const homeFolder = mkdtempSync(join(sshd.folder, 'home-'));
    mkdirSync(join(homeFolder, '.ssh'));
    writeFileSync(join(homeFolder, '.ssh', 'config'), ['Host 127.0.0.1', ...config, ''].join('\n'));
    const environment = { PATH: process.env['PATH'], ...(socket === null ? {} : { SSH_AUTH_SOCK: socket }) };
    return panel(sshd, { key: null, profile: { useAgent: true }, options: { homeFolder, environment } });
  };
  /** How many keys were refused on the way in; what the log says last is this connection's. */
  const refusedBy = async (host: TestPanel, kind: 'online' | 'blocked'): Promise<number> => {
    const refused = (): number => sshd.log().split('Failed publickey').length - 1;
    const before = refused();
    host.connection.connect();
    await host.reach(kind);
    host.connection.dispose();
    return refused() - before;
  };
  const methods = (host: TestPanel): string[] => host.states.flatMap((state) => (state.kind === 'authenticating' ? [state.method] : []));

  it.each(['id', 'ecdsa', 'rsa'])('signs in with the key %s that only the agent holds', async (key) => {
    agent.load(join(sshd.folder, key));
    const host = withAgent([], agent.socket);
    await refusedBy(host, 'online');
    expect(methods(host).at(-1)).toBe('agent');
    expect(host.requested).toEqual([]);
  });

  it('uses an unlocked key of the agent and asks for no passphrase of the file', async () => {
    const locked = join(sshd.folder, 'locked');
    const unlocked = join(sshd.folder, 'unlocked');
    copyFileSync(locked, unlocked);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', 'open sesame', '-N', '', '-f', unlocked], { stdio: 'ignore' });
    agent.load(unlocked);
    const host = withAgent([`  IdentityFile ${locked}`], agent.socket);
    await refusedBy(host, 'online');
    expect(methods(host).at(-1)).toBe('agent');
    expect(host.requested).toEqual([]);
  });

  it('offers the configured key first, however many others the agent holds', async () => {
    agent.load(...strangers, join(sshd.folder, 'id'));
    expect(await refusedBy(withAgent([`  IdentityFile ${join(sshd.folder, 'id')}`], agent.socket), 'online')).toBe(0);
  });

  it('offers a key file that is named before the keys of the agent', async () => {
    agent.load(...strangers);
    const named = withAgent([`  IdentityFile ${join(sshd.folder, 'id')}`], agent.socket);
    expect(await refusedBy(named, 'online')).toBe(0);
    expect(methods(named).at(-1)).toBe('key id');
    const environment = { PATH: process.env['PATH'], SSH_AUTH_SOCK: agent.socket };
    const chosen = panel(sshd, { key: 'ecdsa', profile: { useAgent: true }, options: { environment } });
    expect(await refusedBy(chosen, 'online')).toBe(0);
    expect(methods(chosen).at(-1)).toBe('key ecdsa');
  });

  it('keeps the order of several named keys, whether in the agent or in a file', async () => {
    agent.load(...strangers);
    const files = [strangers[1], join(sshd.folder, 'missing'), strangers[0], join(sshd.folder, 'id')];
    const host = withAgent(
      files.map((file) => `  IdentityFile ${file}`),
      agent.socket,
    );
    expect(await refusedBy(host, 'online')).toBe(2);
    expect(methods(host).at(-1)).toBe('key id');
  });

  it('says how many keys were not offered', async () => {
    agent.load(...strangers);
    const host = panel(sshd, {
      key: null,
      profile: { useAgent: true },
      options: { environment: { PATH: process.env['PATH'], SSH_AUTH_SOCK: agent.socket } },
      answer: () => ({ kind: 'secret', secret: 'wrong' }),
    });
    host.connection.connect();
    expect(await host.reach('blocked')).toMatchObject({
      cause: { code: 'ssh-auth-refused', hint: expect.stringContaining('2 more keys were not offered'), facts: { keysLeftOut: '2' } },
    });
    host.connection.dispose();
    const cancelled = withAgent([], agent.socket);
    cancelled.connection.connect();
    expect(await cancelled.reach('blocked')).toMatchObject({
      cause: { code: 'ssh-auth-cancelled', hint: expect.stringContaining('2 more keys were not offered') },
    });
    cancelled.connection.dispose();
  });

  it('stops before sshd would end the connection over too many keys', async () => {
    agent.load(...strangers, join(sshd.folder, 'id'));
    const host = withAgent([], agent.socket);
    expect(await refusedBy(host, 'blocked')).toBe(5);
    // What is left of the tries goes to the operator.
    expect(host.requested).toMatchObject([{ kind: 'password' }]);
  });

  it.each(['private key', 'public key', 'public key beside a private key that is not there'])(
    'with IdentitiesOnly offers of the agent only the key that is configured by its %s',
    async (by) => {
      agent.load(...strangers.slice(0, 3), join(sshd.folder, 'id'));
      const folder = mkdtempSync(join(sshd.folder, 'keys-'));
      copyFileSync(join(sshd.folder, 'id.pub'), join(folder, 'id.pub'));
      const file = { 'private key': join(sshd.folder, 'id'), 'public key': join(folder, 'id.pub') }[by] ?? join(folder, 'id');
      const host = withAgent(['  IdentitiesOnly yes', `  IdentityFile ${file}`], agent.socket);
      expect(await refusedBy(host, 'online')).toBe(0);
      expect(methods(host).at(-1)).toBe('agent');
    },
  );

  it('with IdentitiesOnly does not sign in with a key that is not configured', async () => {
    agent.load(join(sshd.folder, 'id'));
    const host = withAgent(['  IdentitiesOnly yes', `  IdentityFile ${strangers[0]}`], agent.socket);
    expect(await refusedBy(host, 'blocked')).toBe(1);
  });

  it('asks the agent that IdentityAgent names, not the one of the environment', async () => {
    const other = startAgent(join(sshd.folder, 'other-agent'));
    try {
      other.load(join(sshd.folder, 'id'));
      agent.load(...strangers.slice(0, 2));
      expect(await refusedBy(withAgent([`  IdentityAgent ${other.socket}`], agent.socket), 'online')).toBe(0);
      // A variable that is not set means no agent.
      expect(await refusedBy(withAgent(['  IdentityAgent $NO_AGENT'], agent.socket), 'blocked')).toBe(0);
    } finally {
      other.stop();
    }
  });

  it('asks no agent with IdentityAgent none, nor when the host is set not to', async () => {
    agent.load(join(sshd.folder, 'id'));
    const none = withAgent(['  IdentityAgent none'], agent.socket);
    await refusedBy(none, 'blocked');
    expect(methods(none)).not.toContain('agent');
    const environment = { PATH: process.env['PATH'], SSH_AUTH_SOCK: agent.socket };
    const off = panel(sshd, { key: null, profile: { useAgent: false }, options: { environment } });
    await refusedBy(off, 'blocked');
    expect(methods(off)).not.toContain('agent');
  });

  it('goes on to the key file when the agent is not there any more', async () => {
    const gone = join(sshd.folder, 'gone');
    rmSync(gone, { force: true });
    const host = withAgent([`  IdentityFile ${join(sshd.folder, 'id')}`], gone);
    await refusedBy(host, 'online');
    expect(methods(host).at(-1)).toBe('key id');
  });
});
