import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type KeyboardAuthContext, type PasswordAuthContext } from 'ssh2';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_SIGN_IN_QUESTIONS, type PromptAnswer } from '../../../shared/capabilities/hosts/contract.ts';
import { launchOn, makeKey, panel } from '../../testing/test-sshd.ts';
import type { PromptQuestion } from './options.ts';

interface Round {
  readonly title?: string;
  readonly instructions?: string;
  readonly prompts: readonly { readonly prompt: string; readonly echo: boolean }[];
}
const hidden = (...prompts: readonly string[]): Round => ({ prompts: prompts.map((prompt) => ({ prompt, echo: false })) });

describe('questions of a host at sign-in', () => {
  let folder: string;
  const stops: (() => void)[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ada-questions-'));
    makeKey(join(folder, 'host_key'));
    return () => rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  /** A server that asks these rounds, one after the other, and lets everybody in. Notes the answers of every sign-in. */
  const startServer = async (rounds: readonly Round[]) => {
    const answers: string[][] = [];
    const server = new ssh2.Server({ hostKeys: [readFileSync(join(folder, 'host_key'))] }, (client) => {
      client.on('error', () => {});
      client.on('authentication', (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        const given: string[] = [];
        const promptUser = (left: readonly Round[], interactive: KeyboardAuthContext): void => {
          const [round, ...later] = left;
          if (round === undefined) {
            answers.push(given);
            interactive.accept();
            return;
          }
          interactive.prompt([...round.prompts], round.title ?? '', round.instructions ?? '', (got) => {
            given.push(...(Array.isArray(got) ? got : []));
            promptUser(later, interactive);
          });
        };
        promptUser(rounds, context);
      });
      client.on('ready', () =>
        client.on('session', (acceptSession) => {
          acceptSession().on('exec', (accept, _reject, { command }) => {
            const channel = accept();
            launchOn(channel, command);
            channel.exit(0);
            channel.end();
          });
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    return { port, answers };
  };

  const signIn = async (rounds: readonly Round[], answer: (question: PromptQuestion) => PromptAnswer) => {
    const { port, answers } = await startServer(rounds);
    const host = panel({ port, folder, hostKeyFile: join(folder, 'host_key') }, { key: null, answer });
    stops.push(() => host.connection.dispose());
    host.connection.connect();
    return { host, answers };
  };
  const reconnect = async (host: ReturnType<typeof panel>): Promise<void> => {
    host.connection.disconnect();
    host.connection.connect();
    await host.reach('online');
  };
  const secretFor = (question: PromptQuestion): PromptAnswer =>
    question.kind === 'keyboard-interactive'
      ? { kind: 'answers', answers: question.questions.map((_each, index) => `answer-${index}`) }
      : { kind: 'secret', secret: 'the password' };

  it.each(['Password: ', 'password:', "me@host's password: "])(
    'takes %j for the password, and keeps it for a reconnect',
    async (prompt) => {
      const { host, answers } = await signIn([hidden(prompt)], secretFor);
      await host.reach('online');
      await reconnect(host);
      expect(host.requested.map(({ kind }) => kind)).toEqual(['password']);
      expect(answers).toEqual([['the password'], ['the password']]);
    },
  );

  it.each([
    'One-time password (OATH) for `me`: ',
    'Password & verification code: ',
    'YubiKey password: ',
    'New password: ',
    'Current password: ',
    'You are required to change your password immediately.\nPassword: ',
    'Passcode or option (1-3): ',
    'Password: x',
  ])('shows %j in the words of the host, and never keeps the answer', async (prompt) => {
    const { host, answers } = await signIn([hidden(prompt)], secretFor);
    await host.reach('online');
    await reconnect(host);
    expect(host.requested).toMatchObject(
      [1, 2].map(() => ({ kind: 'keyboard-interactive', questions: [{ text: prompt.trim(), echo: false }] })),
    );
    expect(answers).toEqual([['answer-0'], ['answer-0']]);
  });

  it('shows what the host explains, and takes no explained prompt for the plain password', async () => {
    const { host } = await signIn([{ ...hidden('Password: '), instructions: 'Enter the code of your token.' }], secretFor);
    await host.reach('online');
    expect(host.requested).toMatchObject([{ kind: 'keyboard-interactive', instructions: 'Enter the code of your token.' }]);
  });

  it('asks a second factor after the password, and both again at the next sign-in', async () => {
    const { host, answers } = await signIn([hidden('Password: '), hidden('Verification code: ')], secretFor);
    await host.reach('online');
    await reconnect(host);
    expect(host.requested.map(({ kind }) => kind)).toEqual(['password', 'keyboard-interactive', 'password', 'keyboard-interactive']);
    expect(answers).toEqual([1, 2].map(() => ['the password', 'answer-0']));
  });

  it('takes no second prompt for the password, and keeps none that was changed on the way', async () => {
    const rounds = [hidden('Password: '), hidden('New password: '), hidden('Password: ')];
    const { host, answers } = await signIn(rounds, secretFor);
    await host.reach('online');
    await reconnect(host);
    expect(host.requested.map(({ kind }) => kind)).toEqual(
      [1, 2].flatMap(() => ['password', 'keyboard-interactive', 'keyboard-interactive']),
    );
    expect(answers[1]).toEqual(['the password', 'answer-0', 'answer-0']);
  });

  it('answers more than ten questions at once', async () => {
    const names = Array.from({ length: 12 }, (_none, index) => `Question ${index}: `);
    const { host, answers } = await signIn([hidden(...names)], secretFor);
    await host.reach('online');
    expect(answers).toEqual([names.map((_name, index) => `answer-${index}`)]);
  });

  it('refuses a host that asks without end', async () => {
    const names = Array.from({ length: MAX_SIGN_IN_QUESTIONS + 1 }, (_none, index) => `${index}: `);
    const { host } = await signIn([hidden(...names)], secretFor);
    expect(await host.reach('blocked')).toMatchObject({ cause: { code: 'ssh-too-many-questions', retryable: false } });
    expect(host.requested).toEqual([]);
  });

  it('shows no control characters of a host, and cuts what is long', async () => {
    const { host } = await signIn([{ ...hidden(`\u001b[31mCode\u202e${'x'.repeat(10_000)}`), title: 'a\u0007b' }], secretFor);
    await host.reach('online');
    const [question] = host.requested;
    const text = question?.kind === 'keyboard-interactive' ? (question.questions[0]?.text ?? '') : '';
    expect(text).toMatch(/^Codexxx/);
    expect(text.length).toBeLessThanOrEqual(2_000);
    expect(question).toMatchObject({ title: 'ab' });
  });

  /** A server that takes passwords only. */
  const startPasswordServer = async (banner: string, onPassword: (context: PasswordAuthContext, client: Connection) => void) => {
    const server = new ssh2.Server({ hostKeys: [readFileSync(join(folder, 'host_key'))], banner }, (client) => {
      client.on('error', () => {});
      client.on('authentication', (context) => {
        if (context.method === 'password') onPassword(context, client);
        else context.reject(['password']);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const host = panel({ port, folder, hostKeyFile: join(folder, 'host_key') }, { key: null, answer: secretFor });
    stops.push(() => host.connection.dispose());
    host.connection.connect();
    return host;
  };

  it('names a host that wants a new password, and does not wait for it', async () => {
    const host = await startPasswordServer('', (context) => context.requestChange('Enter a new one:', () => {}));
    expect(await host.reach('blocked')).toMatchObject({
      cause: { code: 'ssh-password-expired', retryable: false, detail: 'Enter a new one:' },
    });
  });

  it.each([
    ['System is booting up. See pam_nologin(8).', 'reconnecting', 'ssh-sign-in-closed'],
    ['Your account has expired; please contact your system administrator.', 'blocked', 'ssh-account-closed'],
    ['Unauthorised users are not permitted to log in.', 'blocked', 'ssh-auth-refused'],
  ] as const)('does not call a password wrong that was not refused: %s', async (banner, kind, code) => {
    const host = await startPasswordServer(banner, (_context, client) => client.end());
    expect(await host.reach(kind)).toMatchObject({
      cause: { code, message: expect.not.stringContaining('not right'), detail: expect.stringContaining(banner) },
    });
  });
});
