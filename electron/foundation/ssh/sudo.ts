import { monotonicMs } from '../../../shared/monotonic.ts';
import { runCommand, type Session } from './exec.ts';
import type { PromptUser } from './options.ts';
import { sudoCancelledError, sudoError, sudoMissingError, wrongPasswordError } from './sudo-errors.ts';
import { allowsWithoutPassword, isVersionOfSudoRs } from './sudo-list.ts';
import { parseSudoOutput } from './sudo-output.ts';
import { answerSudo } from './sudo-process.ts';
import type { ExecOptions, ExecResult } from './transport.ts';

const PASSWORD_TRIES = 3;
/** How long sudo's own question may stay open while the operator types. */
const TYPING_TIMEOUT_MS = 15 * 60_000;

type RunOptions = Omit<ExecOptions, 'sudo'>;

/** Runs commands as root on one host, asking for the password at most once in a while. */
export interface Sudo {
  /**
   * Throws sudo-refused, sudo-wrong-password, sudo-not-permitted, sudo-cancelled, sudo-missing, sudo-needs-terminal,
   * sudo-second-factor, sudo-password-expired, and what runCommand throws.
   */
  run(session: Session, argv: readonly string[], purpose: string, options: RunOptions): Promise<ExecResult>;
  mayRun(session: Session, argv: readonly string[]): Promise<boolean>;
  forget(): void;
  /** A password that sudo has taken stays in memory until the returned function is called, however long that is. */
  hold(): () => void;
  /** The password that is in memory; null = none. */
  held(): string | null;
}

interface Proven {
  readonly password: string;
  /** Whose it is; null = the user's own, or sudo did not say. */
  readonly of: string | null;
}

export function createSudo(o: {
  readonly user: () => string;
  readonly promptUser: PromptUser;
  readonly signal: () => AbortSignal;
  readonly keepMinutes: () => number;
  readonly now: () => number;
}): Sudo {
  let saved: (Proven & { readonly untilMs: number; readonly untilMonotonicMs: number }) | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const holders = new Set<symbol>();

  /** One at a time, so that two actions that both need the password ask for it once. */
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => {});
    return await mine;
  };
  const ownerOf = (requested: string | null): string | null => (requested === o.user() ? null : requested);
  const save = (proven: Proven): void => {
    const minutes = o.keepMinutes();
    const ms = minutes * 60_000;
    saved = minutes > 0 || holders.size > 0 ? { ...proven, untilMs: o.now() + ms, untilMonotonicMs: monotonicMs() + ms } : null;
  };

  // The wall clock may be set back, and the monotonic clock may stop while the computer sleeps: the first to pass the limit decides.
  const isFresh = (): boolean => saved !== null && saved.untilMs > o.now() && saved.untilMonotonicMs > monotonicMs();
  const isSaved = (): boolean => saved !== null && (holders.size > 0 || isFresh());

  /** Asks the operator for the password of `of`; null = none was given. */
  const promptUser = async (of: string | null, purpose: string, attempt: number, ended: AbortSignal): Promise<Proven | null> => {
    const signal = AbortSignal.any([o.signal(), ended]);
    const answer = await o.promptUser({ kind: 'sudo-password', user: of ?? o.user(), purpose, attempt }, signal);
    return answer.kind === 'secret' ? { password: answer.secret, of } : null;
  };

  /** A password that sudo has taken: the remembered one, or the answer to its own question. Null = `sudo -v` needs none. */
  const provenPassword = async (session: Session, purpose: string): Promise<Proven | null> => {
    if (saved !== null && isSaved()) return saved;
    let of: string | null = null;
    for (let attempt = 1; attempt <= PASSWORD_TRIES; attempt += 1) {
      let typed: Proven | null = null;
      const outcome = await answerSudo(session, null, { timeoutMs: TYPING_TIMEOUT_MS }, async (requested, ended) => {
        of = ownerOf(requested);
        typed = await promptUser(of, purpose, attempt, ended);
        return typed?.password ?? null;
      });
      if (outcome.kind === 'cancelled') throw sudoCancelledError();
      if (outcome.kind === 'wrong') continue;
      if (typed !== null) save(typed);
      return typed;
    }
    throw wrongPasswordError(of);
  };

  /** Only the prompts run in turn: a slow command must not block the command that would stop it. */
  const withPassword = async (session: Session, argv: readonly string[], purpose: string, options: RunOptions): Promise<ExecResult> => {
    let isWrong = false;
    for (let round = 1; round <= 2; round += 1) {
      const proven = await inTurn(() => provenPassword(session, purpose));
      if (proven === null) break;
      const outcome = await answerSudo(session, argv, options, async (requested) => {
        // A password is sent only for the user it belongs to.
        return ownerOf(requested) === proven.of ? proven.password : null;
      });
      if (outcome.kind === 'done') return outcome.result;
      // The remembered password was changed on the host meanwhile, or belongs to another.
      saved = null;
      isWrong = outcome.kind === 'wrong';
    }
    if (isWrong) throw wrongPasswordError(null);
    return await withTypedPassword(session, argv, purpose, options);
  };

  /** Where `sudo -v` proves nothing for the command (verifypw and `Defaults!COMMAND` in sudoers): its own question is answered. */
  const withTypedPassword = async (
    session: Session,
    argv: readonly string[],
    purpose: string,
    options: RunOptions,
  ): Promise<ExecResult> => {
    const timeoutMs = TYPING_TIMEOUT_MS + (options.timeoutMs ?? 0);
    let of: string | null = null;
    for (let attempt = 1; attempt <= PASSWORD_TRIES; attempt += 1) {
      const outcome = await answerSudo(session, argv, { ...options, timeoutMs }, async (requested, ended) => {
        of = ownerOf(requested);
        return (await promptUser(of, purpose, attempt, ended))?.password ?? null;
      });
      if (outcome.kind === 'done') return outcome.result;
      if (outcome.kind === 'cancelled') throw sudoCancelledError();
    }
    throw wrongPasswordError(of);
  };

  return {
    run: async (session, argv, purpose, options) => {
      // One round trip and one refusal in the host's log less. Without input, the end of a command's input waits for a question that may not
      // come, which only a run of commands that read none may risk.
      if (isSaved() && ((options.stdin?.length ?? 0) > 0 || holders.size > 0)) return await withPassword(session, argv, purpose, options);
      const quiet = await runCommand(session, ['sudo', '-n', '--', ...argv], options);
      const verdict = parseSudoOutput(quiet);
      if (verdict === 'ran') return quiet;
      if (verdict === 'password-needed') return await withPassword(session, argv, purpose, options);
      if (verdict !== 'missing') throw sudoError(verdict, quiet.stderr);
      if (o.user() === 'root') return await runCommand(session, argv, options);
      const doas = await runCommand(session, ['sh', '-c', 'command -v doas']);
      throw doas.exitCode === 0 ? sudoMissingError() : sudoError(verdict, quiet.stderr);
    },
    mayRun: async (session, argv) => {
      // root needs neither a password nor sudo.
      if (o.user() === 'root') return true;
      const { exitCode, stdout } = await runCommand(session, ['sudo', '-n', '-ll']);
      if (exitCode !== 0) return false;
      const isSudoRs = stdout.includes('\\') && isVersionOfSudoRs(await runCommand(session, ['sudo', '-V']));
      return allowsWithoutPassword(stdout, argv, isSudoRs ? 'literal' : 'pattern');
    },
    forget: () => {
      saved = null;
    },
    hold: () => {
      const holder = Symbol('holder');
      holders.add(holder);
      return () => {
        holders.delete(holder);
        if (holders.size === 0 && (o.keepMinutes() === 0 || !isFresh())) saved = null;
      };
    },
    held: () => saved?.password ?? null,
  };
}
