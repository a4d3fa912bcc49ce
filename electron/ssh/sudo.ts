import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import type { PanelException } from '../../shared/errors.ts';
import { monotonicMs } from '../../shared/monotonic.ts';
import { problem } from './errors.ts';
import { runCommand, type Session } from './exec.ts';
import type { Ask } from './options.ts';
import { allowsWithoutPassword } from './sudo-list.ts';
import type { ExecOptions, ExecResult } from './transport.ts';

const PASSWORD_TRIES = 3;

/** Runs commands as root on one host, asking for the password at most once in a while. */
export interface Sudo {
  /** Throws sudo-refused, sudo-wrong-password, sudo-not-permitted, sudo-cancelled, and what runCommand throws. */
  run(session: Session, argv: readonly string[], purpose: string, options: Omit<ExecOptions, 'sudo'>): Promise<ExecResult>;
  mayRun(session: Session, argv: readonly string[]): Promise<boolean>;
  forget(): void;
}

export function createSudo(o: {
  readonly user: () => string;
  readonly ask: Ask;
  readonly signal: () => AbortSignal;
  readonly keepMinutes: () => number;
  readonly now: () => number;
}): Sudo {
  let kept: { readonly password: string; readonly untilMs: number; readonly untilMonotonicMs: number } | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** One at a time, so that two actions that both need the password ask for it once. */
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => {});
    return await mine;
  };
  const keep = (password: string): void => {
    const minutes = o.keepMinutes();
    const ms = minutes * 60_000;
    kept = minutes > 0 ? { password, untilMs: o.now() + ms, untilMonotonicMs: monotonicMs() + ms } : null;
  };

  /** A password that sudo has taken: the remembered one, or asked for and tried with `sudo -v`. */
  const provenPassword = async (session: Session, purpose: string): Promise<string> => {
    // The wall clock may be set back, and the monotonic one may stand still while the computer sleeps: whichever ends first.
    if (kept !== null && kept.untilMs > o.now() && kept.untilMonotonicMs > monotonicMs()) return kept.password;
    for (let attempt = 1; attempt <= PASSWORD_TRIES; attempt += 1) {
      const password = await askPassword(purpose, attempt);
      if ((await attemptWith(session, ['-v'], password, {})).kind === 'wrong') continue;
      keep(password);
      return password;
    }
    throw wrongPassword();
  };

  /** Only the asking is done in turn: a command that takes its time must not hold up the one that would stop it. */
  const withPassword = async (
    session: Session,
    argv: readonly string[],
    purpose: string,
    options: Omit<ExecOptions, 'sudo'>,
  ): Promise<ExecResult> => {
    for (let round = 1; round <= 2; round += 1) {
      const password = await inTurn(() => provenPassword(session, purpose));
      const result = await attemptWith(session, ['--', ...argv], password, options);
      if (result.kind === 'done') return result.result;
      // The remembered password was changed on the host meanwhile.
      kept = null;
    }
    throw wrongPassword();
  };

  const askPassword = async (purpose: string, attempt: number): Promise<string> => {
    const answer = await o.ask({ kind: 'sudo-password', user: o.user(), purpose, attempt }, o.signal());
    if (answer.kind === 'secret') return answer.secret;
    throw problem({
      code: 'sudo-cancelled',
      layer: 'sudo',
      message: 'Cancelled: nothing was changed on the host.',
      hint: 'Try again when you have the password at hand.',
    });
  };

  return {
    run: async (session, argv, purpose, options) => {
      const quiet = await runCommand(session, ['sudo', '-n', '--', ...argv], options);
      switch (sudoSaid(quiet)) {
        case 'ran':
          return quiet;
        case 'password-needed':
          return await withPassword(session, argv, purpose, options);
        case 'not-permitted':
          throw notPermitted(quiet.stderr);
        case 'wrong-password':
        case 'refused':
          if (o.user() === 'root' && quiet.exitCode === 127) return await runCommand(session, argv, options);
          throw refused(quiet.stderr);
      }
    },
    mayRun: async (session, argv) => {
      // root is asked for no password, and needs no sudo.
      if (o.user() === 'root') return true;
      const answer = await runCommand(session, ['sudo', '-n', '-ll']);
      return answer.exitCode === 0 && allowsWithoutPassword(answer.stdout, argv);
    },
    forget: () => {
      kept = null;
    },
  };
}

type Attempt = { readonly kind: 'done'; readonly result: ExecResult; readonly passwordTaken: boolean } | { readonly kind: 'wrong' };

function wrongPassword(): PanelException {
  return problem({
    code: 'sudo-wrong-password',
    layer: 'sudo',
    message: 'The password for sudo was wrong three times.',
    hint: 'It is the password of your user on the host. Try again.',
  });
}

/**
 * One process of sudo, one password. It is written only after our own prompt was seen: sudo that needs none would hand
 * it to the command.
 */
async function attemptWith(
  session: Session,
  args: readonly string[],
  password: string,
  options: Omit<ExecOptions, 'sudo'>,
): Promise<Attempt> {
  const prompt = `[ada-panel ${randomBytes(9).toString('hex')}] password: `;
  let written = false;
  const answer = (text: string, channel: ClientChannel): void => {
    if (written || !text.includes(prompt)) return;
    written = true;
    channel.write(`${password}\n`);
    channel.end(options.stdin ?? '');
  };
  const { stdin: _later, ...rest } = options;
  const raw = await runCommand(session, ['sudo', '-k', '-S', '-p', prompt, ...args], { ...rest, onStderr: answer });
  const result: ExecResult = { ...raw, stderr: raw.stderr.replaceAll(prompt, '') };
  switch (sudoSaid(result)) {
    case 'ran':
      return { kind: 'done', result, passwordTaken: written };
    case 'wrong-password':
      return { kind: 'wrong' };
    case 'not-permitted':
      throw notPermitted(result.stderr);
    case 'password-needed':
    case 'refused':
      throw refused(result.stderr);
  }
}

/** What sudo itself said, by its own words in the C locale (sudo 1.9, plugins/sudoers); else the command ran. */
export function sudoSaid(
  result: Pick<ExecResult, 'exitCode' | 'stderr'>,
): 'ran' | 'password-needed' | 'wrong-password' | 'not-permitted' | 'refused' {
  const { exitCode, stderr } = result;
  if (exitCode === 0) return 'ran';
  if (exitCode === 127 && /sudo: (command )?not found/.test(stderr)) return 'refused';
  if (exitCode !== 1) return 'ran';
  if (/^sudo: \d+ incorrect password attempts?$/m.test(stderr) || /^Sorry, try again\.$/m.test(stderr)) return 'wrong-password';
  if (/is not in the sudoers file|is not allowed to (execute|run)|may not run sudo/.test(stderr)) return 'not-permitted';
  if (/^sudo: (a password is required|interactive authentication is required)/m.test(stderr)) return 'password-needed';
  if (/^sudo: .*(terminal is required|must have a tty|no valid sudoers|unable to|effective uid)/m.test(stderr)) return 'refused';
  return 'ran';
}

function notPermitted(stderr: string) {
  return problem({
    code: 'sudo-not-permitted',
    layer: 'sudo',
    message: 'Your user may not do this as root on the host.',
    hint: 'Ask whoever runs the host for a sudo rule. Settings can show the smallest one that is enough.',
    retryable: false,
    detail: stderr.trim().slice(0, 500),
  });
}

function refused(stderr: string) {
  return problem({
    code: 'sudo-refused',
    layer: 'sudo',
    message: 'sudo on the host refused to run.',
    hint: 'Run the same command with sudo in a terminal on the host; the details hold what sudo said.',
    retryable: false,
    detail: stderr.trim().slice(0, 500),
  });
}
