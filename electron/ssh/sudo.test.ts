import type { Server, ServerChannel } from 'ssh2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PromptAnswer } from '../../shared/contract/hosts.ts';
import { toPanelError } from '../../shared/errors.ts';
import { silentLogger } from '../log.ts';
import { createConnection, type PromptQuestion } from './connection.ts';
import { loadSsh2 } from './ssh2.ts';
import { sudoSaid } from './sudo.ts';
import type { Connection } from './transport.ts';

/** What the scripted server's sudo does. */
type Policy = 'free' | 'password' | 'not-permitted';

describe('sudo and typed sign-in on a scripted SSH server', () => {
  let server: Server;
  let connection: Connection;
  let policy: Policy = 'password';
  let commands: string[] = [];
  let received: string[] = [];
  let asked: PromptQuestion[] = [];
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
    const prompt = /-p '([^']+)'/.exec(command)?.[1];
    if (policy === 'free') {
      channel.once('end', () => {
        channel.write(`ran with [${input}]`);
        end(0);
      });
    } else if (prompt === undefined) {
      channel.stderr.write('sudo: a password is required\n');
      end(1);
    } else {
      channel.stderr.write(prompt.slice(0, 5));
      channel.stderr.write(prompt.slice(5));
      channel.once('end', () => {
        const [password, ...rest] = input.split('\n');
        if (password !== 'right') {
          channel.stderr.write(`\nSorry, try again.\n${prompt}\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n`);
          end(1);
        } else if (policy === 'not-permitted') {
          channel.stderr.write('op is not in the sudoers file.\n');
          end(1);
        } else {
          channel.write(`ran with [${rest.join('\n')}]`);
          end(0);
        }
      });
    }
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
            commands.push(info.command.replace(/^.*LC_ALL=C /, ''));
            runSudo(info.command, accept());
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
      ask: async (question) => {
        asked.push(question);
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
    asked = [];
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
    expect([signIns, asked.length]).toEqual([1, 1]);
    connection.retryNow({ byOperator: true });
    expect(await reach('blocked', 'online')).toBe('online');
    expect([signIns, asked.length]).toEqual([2, 2]);
  });

  it('asks nothing where sudo needs no password', async () => {
    policy = 'free';
    expect((await run('data')).stdout).toBe('ran with [data]');
    expect(commands).toEqual(['sudo -n -- /usr/bin/install x']);
    expect(asked).toEqual([]);
  });

  it('says cancelled, wrong after three tries, and not permitted', async () => {
    policy = 'password';
    expect(await codeOf(run())).toBe('sudo-cancelled');
    answers = [secret('a'), secret('b'), secret('c'), secret('d')];
    expect(await codeOf(run())).toBe('sudo-wrong-password');
    expect(asked.slice(1).map((question) => question.kind === 'sudo-password' && question.attempt)).toEqual([1, 2, 3]);
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
    expect(asked).toMatchObject([{ kind: 'sudo-password', user: 'op', purpose: 'Install x', attempt: 1 }]);
    policy = 'free';
    await run();
    expect(received.at(-1)).toBe('');
    policy = 'password';
    clock += 5 * 60_000 + 1;
    answers = [secret('right')];
    await run('late');
    expect(asked).toHaveLength(2);
    // Set back an hour, the wall clock alone would keep it for an hour longer.
    clock -= 3_600_000;
    const later = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 5 * 60_000 + 1);
    answers = [secret('right')];
    await run('later');
    later.mockRestore();
    expect(asked).toHaveLength(3);
    expect(commands.join('\n')).not.toContain('right');
  });
});

describe('what sudo said', () => {
  it.each([
    [0, 'anything', 'ran'],
    [1, 'sudo: a password is required\n', 'password-needed'],
    [1, '\nSorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n', 'wrong-password'],
    [1, 'sudo: 3 incorrect password attempts\n', 'wrong-password'],
    [1, "Sorry, user op is not allowed to execute '/bin/x' as root on ada2.\n", 'not-permitted'],
    [1, 'op is not in the sudoers file.\n', 'not-permitted'],
    [127, 'sh: 1: sudo: not found\n', 'refused'],
    [127, 'bash: line 1: sudo: command not found\n', 'refused'],
    [1, 'sudo: sorry, you must have a tty to run sudo\n', 'refused'],
    [1, 'Job for x.service failed.\n', 'ran'],
    [3, 'sudo: a password is required\n', 'ran'],
  ] as const)('%s %j is %s', (exitCode, stderr, expected) => {
    expect(sudoSaid({ exitCode, stderr })).toBe(expected);
  });
});
