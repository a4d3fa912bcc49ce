import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toPanelError } from '../../../shared/errors.ts';
import { hasSshd, panel, startSshd, type TestPanel, type TestSshd } from '../../testing/test-sshd.ts';

async function untilGone(host: TestPanel, pattern: string): Promise<string> {
  const deadline = Date.now() + 90_000;
  let left = 'unknown';
  while (left !== '' && Date.now() < deadline) left = (await host.connection.exec(['pgrep', '-f', pattern])).stdout;
  return left;
}

describe.skipIf(!hasSshd)('line streams of a real sshd', () => {
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

  it('gives every line, the unterminated last one, the exit code and stderr', async () => {
    const stream = host.connection.lines(['sh', '-c', 'seq 1 50000; echo bad >&2; printf tail; exit 3']);
    const lines: string[] = [];
    for await (const line of stream) lines.push(line);
    expect(lines).toHaveLength(50_001);
    expect(lines.slice(-2)).toEqual(['50000', 'tail']);
    expect(await stream.ended).toEqual({ exitCode: 3, signal: null, stderr: 'bad\n' });
  });

  it('ends the silent remote process when the loop is left', async () => {
    for await (const line of host.connection.lines(['sh', '-c', 'echo first; exec sleep 4711.25'])) {
      expect(line).toBe('first');
      break;
    }
    expect(await untilGone(host, '^sleep 4711.25')).toBe('');
  });

  it('ends the remote process when the connection goes', async () => {
    const other = panel(sshd);
    other.connection.connect();
    await other.reach('online');
    const stream = other.connection.lines(['sh', '-c', 'echo first; exec sleep 4712.25']);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    other.connection.dispose();
    expect((await iterator.next()).done).toBe(true);
    await stream.ended;
    expect(await untilGone(host, '^sleep 4712.25')).toBe('');
  });

  it('holds the remote program back while nobody reads', async () => {
    const stream = host.connection.lines(['sh', '-c', 'yes 0123456789012345678901234567890123456789 | head -c 40000000']);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    // 40 MB do not fit in SSH's window: the writer is still there though it could have finished long ago.
    await host.connection.exec(['sleep', '0.5']);
    expect((await host.connection.exec(['pgrep', '-f', '^head -c 40000000'])).stdout).not.toBe('');
    let count = 1;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) count += 1;
    expect(count).toBe(Math.ceil(40_000_000 / 41));
    expect((await stream.ended).exitCode).toBe(0);
  });

  it('throws a typed error when the connection is lost under the reader', async () => {
    const other = panel(sshd, { options: { random: () => 0 } });
    other.connection.connect();
    await other.reach('online');
    const iterator = other.connection.lines(['sh', '-c', 'printf "one\\ntorn"; exec sleep 30'])[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toBe('one');
    const next = iterator.next().then(
      () => 'no error',
      (thrown: unknown) => toPanelError(thrown).code,
    );
    await other.connection.exec(['sh', '-c', 'kill -9 $(cut -d" " -f4 /proc/$PPID/stat) $PPID']).catch(() => {});
    expect(await next).toBe('ssh-connection-lost');
    other.connection.dispose();
  });
});

describe.skipIf(!hasSshd)('a server that allows two sessions', () => {
  it('queues instead of failing, and keeps a place for short commands', async () => {
    const sshd = await startSshd(['MaxSessions 2']);
    const host = panel(sshd);
    host.connection.connect();
    await host.reach('online');
    const first = host.connection.lines(['sh', '-c', 'echo one; exec sleep 60'])[Symbol.asyncIterator]();
    expect((await first.next()).value).toBe('one');
    const second = host.connection.lines(['sh', '-c', 'echo two; exec sleep 60'])[Symbol.asyncIterator]();
    expect((await second.next()).value).toBe('two');
    const lost = second.next().then(
      () => 'no error',
      (thrown: unknown) => toPanelError(thrown).code,
    );
    const answers = await Promise.all(Array.from({ length: 6 }, (_none, index) => host.connection.exec(['echo', String(index)])));
    expect(answers.map((answer) => answer.stdout.trim())).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(await lost).toBe('ssh-channel-refused');
    await first.return?.(undefined);
    host.connection.dispose();
    await sshd.stop();
  });
});

describe.skipIf(!hasSshd)('a server that allows eight sessions', () => {
  it('opens every stream again at a reconnect, beside a burst of commands', async () => {
    const sshd = await startSshd(['MaxSessions 8']);
    const host = panel(sshd, { options: { random: () => 0 } });
    const burst = async (): Promise<void> => {
      const commands = Array.from({ length: 24 }, (_none, index) => host.connection.exec(['echo', String(index)]));
      const streams = Array.from({ length: 5 }, async () => {
        const first = await host.connection.lines(['sh', '-c', 'echo one; exec sleep 60'])[Symbol.asyncIterator]().next();
        return first.value;
      });
      expect(await Promise.all(streams)).toEqual(Array(5).fill('one'));
      expect((await Promise.all(commands)).map((result) => result.exitCode)).toEqual(Array(24).fill(0));
    };
    host.connection.connect();
    await host.reach('online');
    await burst();
    const isLost = host.reach('reconnecting');
    await host.connection.exec(['sh', '-c', 'kill -9 $(cut -d" " -f4 /proc/$PPID/stat) $PPID']).catch(() => {});
    await isLost;
    await host.reach('online');
    await burst();
    host.connection.dispose();
    await sshd.stop();
  });
});
