import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HOST_SCRIPTS, scriptArgv } from '../../shared/host-scripts/index.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

describe.each(HOSTS)('the connection to the %s', (kind) => {
  let host: HostUnderTest;
  let panel: PanelUnderTest | null = null;
  const open = (options?: Parameters<typeof openPanel>[1]): PanelUnderTest => {
    panel = openPanel(host, options);
    return panel;
  };
  beforeAll(async () => {
    host = await openHost(kind);
  });
  afterEach(() => {
    panel?.dispose();
    panel = null;
  });
  afterAll(async () => await host.close());

  it('goes online through its states, and reads the facts of the host', async () => {
    const { states, facts, connection } = open();
    const known = await until(() => facts.current(), 'the facts');
    expect(states.map((state) => state.kind)).toEqual(
      expect.arrayContaining(['connecting', 'checking-host-key', 'authenticating', 'online']),
    );
    expect(known.kernel).toMatch(/^\d+\.\d+/);
    expect(Number(known.systemdVersion)).toBeGreaterThan(240);
    expect(known.memoryTotalMiB).toBeGreaterThan(100);
    expect(Math.abs(known.clockOffsetMs ?? Number.NaN)).toBeLessThan(2000);
    expect(connection.snapshot.state.kind).toBe('online');
  });

  it('answers exit codes, stderr and stdin as they are', async () => {
    const { connection } = open();
    await online(panel as PanelUnderTest);
    const missing = await connection.exec(['no-such-program']);
    expect(missing.exitCode).toBe(127);
    expect(missing.stderr).toContain('not found');
    const facts = await connection.exec(scriptArgv(HOST_SCRIPTS.facts));
    expect(facts).toMatchObject({ exitCode: 0, signal: null, truncated: false });
    await expect(connection.exec(['cat', '/etc/hostname'])).resolves.toMatchObject({ exitCode: 0, stdout: 'ada2\n' });
  });

  it('comes back by itself after sshd dropped it', async () => {
    const current = open();
    await online(current);
    await host.break('sshd-killed');
    await until(() => current.states.some((state) => state.kind === 'reconnecting'), 'the loss to be noticed');
    await until(() => current.states.filter((state) => state.kind === 'online').length >= 2, 'the second connection');
  });

  it('comes back by itself after the link was away', async () => {
    const current = open();
    await online(current);
    await host.break('link-down');
    try {
      await until(() => current.connection.snapshot.state.kind === 'reconnecting', 'the loss to be noticed');
    } finally {
      await host.repair('link-down');
    }
    current.connection.retryNow({ byOperator: true });
    await online(current);
  });

  it('lives with MaxSessions 2: streams and short commands take turns', async () => {
    await host.break('max-sessions-2');
    try {
      const current = open();
      await online(current);
      const answers = await Promise.all([1, 2, 3, 4].map(() => current.connection.exec(['cat', '/etc/hostname'])));
      expect(answers.map((answer) => answer.stdout)).toEqual(Array(4).fill('ada2\n'));
    } finally {
      await host.repair('max-sessions-2');
    }
  });

  it('works over a link with 200 ms delay and 5 % loss', async ({ skip }) => {
    // Some kernels come without the netem queue; then only the lab can slow its link.
    skip(host.real?.canDisturbLink() === false, 'this kernel has no netem queue');
    await host.break('slow-link');
    try {
      const current = open();
      await online(current);
      await expect(current.connection.exec(['cat', '/etc/hostname'], { timeoutMs: 30_000 })).resolves.toMatchObject({ stdout: 'ada2\n' });
    } finally {
      await host.repair('slow-link');
    }
  });

  it('sends a refused password once, and does not try again by itself', async () => {
    const current = open({
      withoutKey: true,
      answer: (question) => (question.kind === 'password' ? { kind: 'secret', secret: 'wrong' } : { kind: 'cancel' }),
    });
    const blocked = await until(() => current.states.find((state) => state.kind === 'blocked'), 'the refusal');
    expect(blocked.kind === 'blocked' && blocked.cause.code).toBe('ssh-auth-refused');
    expect(current.requested.filter((question) => question.kind === 'password')).toHaveLength(1);
    expect(current.states.filter((state) => state.kind === 'connecting')).toHaveLength(1);
    if (host.real !== null) {
      const failures = host.real.run('journalctl', '--no-pager', '-o', 'cat', '-u', 'ssh', '--since=-30s');
      expect(failures.match(/Failed password for panel/g)).toHaveLength(1);
    }
  });

  it('comes back after the host restarted', async () => {
    const current = open();
    const before = (await until(() => current.facts.current(), 'the facts')).bootId;
    await host.break('rebooted');
    await until(() => (current.facts.current()?.bootId !== before ? current.facts.current() : null), 'the facts of the new boot');
  });

  it('blocks on a changed host key, with both fingerprints, and asks nothing', async () => {
    const current = open();
    await online(current);
    await host.break('host-key-changed');
    const blocked = await until(() => current.states.find((state) => state.kind === 'blocked'), 'the block');
    if (blocked.kind !== 'blocked') throw new Error('not blocked');
    expect(blocked.cause.code).toBe('host-key-changed');
    expect(blocked.cause.facts?.['expected']).toMatch(/^SHA256:/);
    expect(blocked.cause.facts?.['offered']).toMatch(/^SHA256:/);
    expect(blocked.cause.facts?.['offered']).not.toBe(blocked.cause.facts?.['expected']);
    expect(current.requested).toEqual([]);
  });
});
