import type { Server, ServerChannel } from 'ssh2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PromptAnswer } from '../../../shared/capabilities/hosts/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { launchOn } from '../../testing/test-sshd.ts';
import { silentLogger } from '../log/log.ts';
import { createConnection, type PromptQuestion } from './connection.ts';
import { loadSsh2 } from './ssh2.ts';
import type { Connection } from './transport.ts';

/** What the scripted server's sudo does. */
type Policy =
  | 'free'
  | 'password'
  | 'proof-is-free'
  | 'command-wants-root'
  | 'not-permitted'
  | 'rootpw'
  | 'code-first'
  | 'code-after'
  | 'two-passwords'
  | 'sudo-rs-code';

describe('sudo and typed sign-in on a scripted SSH server', () => {
  let server: Server;
  let connection: Connection;
  let policy: Policy = 'password';
  let commands: string[] = [];
  let received: string[] = [];
  let requested: PromptQuestion[] = [];
  let answers: PromptAnswer[] = [];
  let signIns = 0;
  let clock = 0;

  function runSudo(command: string, channel: ServerChannel): void {
    const end = (code: number): void => {
      channel.exit(code);
      channel.end();
    };
    let input = '';
    channel.on('data', (chunk: Buffer) => {
      input += chunk.toString();
    });
    channel.on('end', () => received.push(input));
    const requested = /(?:-p '|SUDO_PROMPT=)([^']+)'/.exec(command)?.[1];
    if (policy === 'free') {
      channel.once('end', () => {
        channel.write(`ran with [${input}]`);
        end(0);
      });
      return;
    }
    if (requested === undefined) {
      channel.stderr.write('sudo: a password is required\n');
      end(1);
      return;
    }
    const isProof = command.endsWith(' -v');
    if (policy === 'proof-is-free' && isProof) {
      end(0);
      return;
    }
    const prompt = requested.replace('%p', policy === 'rootpw' || (policy === 'command-wants-root' && !isProof) ? 'root' : 'op');
    if (policy === 'code-first') channel.stderr.write('Verification code: ');
    else if (policy === 'sudo-rs-code') channel.stderr.write(`[sudo: ${requested}] Verification code: `);
    else {
      channel.stderr.write(prompt.slice(0, 5));
      channel.stderr.write(prompt.slice(5));
    }
    const noMore = (tries: number): void => {
      const last = tries === 0 ? 'a password is required' : `${tries} incorrect password attempt`;
      channel.stderr.write(`\nsudo: no password was provided\nsudo: ${last}\n`);
      end(1);
    };
    let isDecided = false;
    channel.on('data', () => {
      if (isDecided || !input.includes('\n')) return;
      isDecided = true;
      const [password] = input.split('\n');
      if (password !== 'right') {
        channel.stderr.write(`\nSorry, try again.\n${prompt}`);
        channel.once('end', () => noMore(1));
      } else if (policy === 'code-after') {
        channel.stderr.write('Verification code: ');
        channel.once('end', () => noMore(0));
      } else if (policy === 'two-passwords') {
        channel.stderr.write(prompt);
        channel.once('end', () => noMore(0));
      } else if (policy === 'not-permitted') {
        channel.stderr.write('op is not in the sudoers file.\n');
        end(1);
      } else if (isProof) end(0);
      else {
        // As sudo-rs does: what came with the password is lost.
        input = `${password}\n`;
        const ready = /ada-input-ready (\S+)/.exec(command)?.[1];
        if (ready !== undefined) channel.stderr.write(`${ready}\n`);
        channel.once('end', () => {
          channel.write(`ran with [${input.slice(input.indexOf('\n') + 1)}]`);
          end(0);
        });
      }
    });
    channel.once('end', () => {
      if (!isDecided) noMore(0);
    });
  }

  beforeAll(async () => {
    const { Server, utils } = await loadSsh2();
    const hostKey = utils.generateKeyPairSync('ed25519');
    server = new Server({ hostKeys: [hostKey.private] }, (client) => {
      client.on('authentication', (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        context.prompt([{ prompt: 'Password: ', echo: false }], (given) => {
          signIns += 1;
          if (given[0] === 'letmein') context.accept();
          else context.reject(['keyboard-interactive', 'password']);
        });
      });
      client.on('error', () => {});
      client.on('ready', () => {
        client.on('session', (acceptSession) => {
          acceptSession().on('exec', (accept, _reject, info) => {
            const channel = accept();
            const command = launchOn(channel, info.command);
            if (command === 'true') {
              channel.exit(0);
              channel.end();
              return;
            }
            commands.push(command);
            runSudo(command, channel);
          });
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address: unknown = server.address();
    const port = typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0;
    const publicKey = hostKey.public.split(' ')[1] ?? '';
    connection = createConnection({
      profile: { id: 'scripted', kind: 'lab', label: 'S', hostName: '127.0.0.1', port, user: 'op', identityFiles: [], useAgent: false },
      promptUser: async (question) => {
        requested.push(question);
        return answers.shift() ?? { kind: 'cancel' };
      },
      homeFolder: '/nonexistent',
      environment: {},
      knownHostsFile: '/nonexistent/known_hosts',
      trustedHostKeys: [publicKey],
      privateKeys: [],
      keepaliveSeconds: () => 0,
      sudoKeepMinutes: () => 5,
      log: silentLogger,
      now: () => clock,
    });
  });
  afterAll(() => {
    connection.dispose();
    server.close();
  });
  beforeEach(() => {
    commands = [];
    received = [];
    requested = [];
    answers = [];
  });
  const reach = async (...kinds: string[]): Promise<string> =>
    await new Promise((resolve) => {
      const stop = connection.onChange(({ state }) => {
        if (!kinds.includes(state.kind)) return;
        stop();
        resolve(state.kind);
      });
    });
  const secret = (text: string): PromptAnswer => ({ kind: 'secret', secret: text });
  const run = async (stdin?: string) =>
    await connection.exec(['/usr/bin/install', 'x'], { sudo: { purpose: 'Install x' }, ...(stdin === undefined ? {} : { stdin }) });
  const codeOf = async (promise: Promise<unknown>): Promise<string> =>
    await promise.then(
      () => 'no error',
      (thrown: unknown) => toPanelError(thrown).code,
    );

  it('sends a wrong typed password once, blocks, and signs in when the operator tries again', async () => {
    answers = [secret('wrong'), secret('letmein')];
    connection.connect();
    expect(await reach('blocked', 'online')).toBe('blocked');
    expect([signIns, requested.length]).toEqual([1, 1]);
    connection.retryNow({ byOperator: true });
    expect(await reach('blocked', 'online')).toBe('online');
    expect([signIns, requested.length]).toEqual([2, 2]);
  });

  it('asks nothing where sudo needs no password', async () => {
    policy = 'free';
    expect((await run('data')).stdout).toBe('ran with [data]');
    expect(commands).toEqual(['sudo -n -- /usr/bin/install x']);
    expect(requested).toEqual([]);
  });

  it('says cancelled, wrong after three tries, and not permitted', async () => {
    policy = 'password';
    expect(await codeOf(run())).toBe('sudo-cancelled');
    answers = [secret('a'), secret('b'), secret('c'), secret('d')];
    expect(await codeOf(run())).toBe('sudo-wrong-password');
    expect(requested.slice(1).map((question) => question.kind === 'sudo-password' && question.attempt)).toEqual([1, 2, 3]);
    policy = 'not-permitted';
    answers = [secret('right')];
    expect(await codeOf(run())).toBe('sudo-not-permitted');
  });

  it('asks once for two actions, keeps the password for its time, and never gives it to the command', async () => {
    policy = 'password';
    answers = [secret('right')];
    const both = await Promise.all([run(), run('two lines\nof input')]);
    expect(both.map((answer) => answer.stdout)).toEqual(['ran with []', 'ran with [two lines\nof input]']);
    expect(both[0]?.stderr).toBe('');
    expect(requested).toMatchObject([{ kind: 'sudo-password', user: 'op', purpose: 'Install x', attempt: 1 }]);
    policy = 'free';
    await run();
    expect(received.at(-1)).toBe('');
    policy = 'password';
    clock += 5 * 60_000 + 1;
    answers = [secret('right')];
    await run('late');
    expect(requested).toHaveLength(2);
    // Set back an hour, the wall clock alone would keep it for an hour longer.
    clock -= 3_600_000;
    const later = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 5 * 60_000 + 1);
    answers = [secret('right')];
    await run('later');
    later.mockRestore();
    expect(requested).toHaveLength(3);
    expect(commands.join('\n')).not.toContain('right');
  });

  it('asks for the password of root where sudo wants that, and keeps it as such', async () => {
    clock += 5 * 60_000 + 1;
    policy = 'rootpw';
    answers = [secret('right')];
    expect((await run()).stdout).toBe('ran with []');
    expect(requested).toMatchObject([{ kind: 'sudo-password', user: 'root', attempt: 1 }]);
    // Afterwards the host wants the user's own: the password of root is not given to that question.
    policy = 'password';
    answers = [secret('right')];
    expect((await run()).stdout).toBe('ran with []');
    expect(requested.map((question) => question.kind === 'sudo-password' && question.user)).toEqual(['root', 'op']);
    expect(received.filter((input) => input.startsWith('right'))).toHaveLength(4);
  });

  it('answers the command where sudo -v asks nothing, or for the password of another', async () => {
    clock += 5 * 60_000 + 1;
    policy = 'proof-is-free';
    answers = [secret('wrong'), secret('right')];
    expect((await run('input')).stdout).toBe('ran with [input]');
    expect(requested).toMatchObject([
      { kind: 'sudo-password', user: 'op', attempt: 1 },
      { kind: 'sudo-password', user: 'op', attempt: 2 },
    ]);
    answers = [secret('a'), secret('b'), secret('c')];
    expect(await codeOf(run())).toBe('sudo-wrong-password');
    expect(await codeOf(run())).toBe('sudo-cancelled');
    policy = 'command-wants-root';
    requested = [];
    answers = [secret('right'), secret('right'), secret('right')];
    expect((await run()).stdout).toBe('ran with []');
    expect(requested.map((question) => question.kind === 'sudo-password' && question.user)).toEqual(['op', 'op', 'root']);
  });

  it.each(['code-after', 'two-passwords'] as const)('names a second factor (%s), with the password asked once', async (kind) => {
    clock += 5 * 60_000 + 1;
    policy = kind;
    answers = [secret('right'), secret('right')];
    expect(await codeOf(run())).toBe('sudo-second-factor');
    expect(requested).toHaveLength(1);
  });

  it.each(['code-first', 'sudo-rs-code'] as const)('asks for no password where sudo wants a code (%s)', async (kind) => {
    policy = kind;
    answers = [secret('right')];
    expect(await codeOf(run())).toBe('sudo-second-factor');
    expect(requested).toEqual([]);
    expect(received.join('')).toBe('');
  });
});
