import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { panelError, toPanelError } from '../../../shared/errors.ts';
import { hasSshd, panel, startSshd, type TestPanel, type TestSshd } from '../../testing/test-sshd.ts';

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  await promise.then(
    () => 'no error',
    (thrown: unknown) => toPanelError(thrown).code,
  );

function cancelledWhileItRuns(): AbortSignal {
  const source = new AbortController();
  setTimeout(
    () => source.abort(panelError({ code: 'hub-cancelled', layer: 'panel', message: 'cancelled', hint: '', retryable: true })),
    300,
  );
  return source.signal;
}

describe.skipIf(!hasSshd)('commands on a real sshd', () => {
  let sshd: TestSshd;
  let host: TestPanel;
  beforeAll(async () => {
    sshd = await startSshd();
    host = panel(sshd);
    host.connection.connect();
    await host.reach('online');
  });
  afterAll(async () => {
    host.connection.dispose();
    await sshd.stop();
  });

  it('gives exit code, both outputs and the fixed locale', async () => {
    const answer = await host.connection.exec(['sh', '-c', 'echo "$LC_ALL"; echo oops >&2; exit 7']);
    expect(answer).toMatchObject({ exitCode: 7, signal: null, stdout: 'C\n', stderr: 'oops\n', truncated: false });
  });

  it('reports the signal a command died of as a shell does', async () => {
    expect(await host.connection.exec(['sh', '-c', 'kill -TERM $$'])).toMatchObject({ exitCode: 143, signal: null });
  });

  it('says 127 for a program that is not there', async () => {
    expect((await host.connection.exec(['no-such-program'])).exitCode).toBe(127);
  });

  it('hands arguments over unchanged, whatever they hold', async () => {
    const nasty = `a'b"c $HOME \`id\` \\ * ; & | > < ! # ~ {x} é`;
    expect((await host.connection.exec(['printf', '%s', nasty, ''])).stdout).toBe(nasty);
    expect(await codeOf(host.connection.exec(['printf', 'a\nb']))).toBe('ssh-bad-argument');
  });

  it('feeds standard input and ends it', async () => {
    expect((await host.connection.exec(['cat'], { stdin: 'hello' })).stdout).toBe('hello');
    expect((await host.connection.exec(['cat'])).stdout).toBe('');
  });

  it('cuts output at the limit and says so, without hanging the command', async () => {
    const answer = await host.connection.exec(['head', '-c', '3000000', '/dev/zero'], { maxOutputBytes: 1000 });
    expect(answer).toMatchObject({ exitCode: 0, truncated: true });
    expect(answer.stdout.length).toBe(1000);
  });

  it.each([
    ['on a timeout', 'ssh-command-timeout', () => ({ timeoutMs: 300 })],
    ['when it is cancelled', 'hub-cancelled', () => ({ signal: cancelledWhileItRuns() })],
  ])('ends the remote process %s, also for root', async (_when, code, options) => {
    const mark = join(sshd.folder, `still-here-${code}`);
    const slow = host.connection.exec(['sh', '-c', `sleep 2; touch ${mark}; sleep 60`], options());
    expect(await codeOf(slow)).toBe(code);
    const deadline = Date.now() + 90_000;
    let left = 'unknown';
    while (left !== '' && Date.now() < deadline) left = (await host.connection.exec(['pgrep', '-f', `touch ${mark}; sleep 60$`])).stdout;
    expect(left).toBe('');
    expect(existsSync(mark)).toBe(false);
  });

  it('runs far more short commands at once than there are channels', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_none, index) => host.connection.exec(['echo', String(index)])));
    expect(answers.map((answer) => answer.stdout.trim())).toEqual(Array.from({ length: 12 }, (_none, index) => String(index)));
  });

  it('refuses when not connected', async () => {
    const away = panel(sshd);
    expect(await codeOf(away.connection.exec(['true']))).toBe('ssh-not-connected');
    away.connection.dispose();
  });
});

describe.skipIf(!hasSshd)('a login that prints and sets variables', () => {
  it('gives the command’s own output, whatever the login shell prints before and after it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ada-login-'));
    const startUp = join(folder, 'start-up');
    writeFileSync(startUp, 'printf Welcome; echo Welcome >&2; trap "echo Agent pid 4711 killed; echo bye >&2" EXIT\n');
    // bash reads BASH_ENV as it reads ~/.bashrc for ssh commands.
    const sshd = await startSshd([`SetEnv BASH_ENV=${startUp} SYSTEMD_COLORS=1 SUDO_PROMPT=Kennwort POSIXLY_CORRECT=1`]);
    try {
      const { connection, reach } = panel(sshd);
      connection.connect();
      await reach('online');
      const both = await connection.exec(['sh', '-c', 'printf a; echo oops >&2; exit 3']);
      expect(both).toMatchObject({ exitCode: 3, stdout: 'a', stderr: 'oops\n' });
      expect((await connection.exec(['true'])).stdout).toBe('');
      const stream = connection.lines(['printf', 'one\\nada']);
      const lines: string[] = [];
      for await (const line of stream) lines.push(line);
      expect(lines).toEqual(['one', 'ada']);
      expect(await stream.ended).toEqual({ exitCode: 0, signal: null, stderr: '' });
      const variables = (await connection.exec(['env'])).stdout;
      expect(variables).toContain('BASH_ENV=');
      expect(variables).not.toMatch(/SYSTEMD_COLORS|SUDO_PROMPT|POSIXLY_CORRECT/);
      connection.dispose();
    } finally {
      await sshd.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
