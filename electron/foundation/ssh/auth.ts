import type { AuthHandlerMiddleware } from 'ssh2';
import { type AskingMachine, MAX_SIGN_IN_QUESTIONS } from '../../../shared/capabilities/hosts/contract.ts';
import { PanelException } from '../../../shared/errors.ts';
import { MAX_SENTENCE_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { authCancelledError, authRefusedError } from './errors.ts';
import { type KeyOffer, type KeyPlan, keyOffers } from './key-offers.ts';
import { tooManyQuestionsError } from './question-errors.ts';

/** sshd ends a connection after MaxAuthTries (6 by default) refused keys; some are left for what the operator types. */
const MAX_KEYS_OFFERED = 5;
/** The prompt of PAM and sshd for the account's password; any other wording may mean a code or a new password. */
export const PASSWORD_PROMPT = /^(?:\S{1,255}@\S{1,255}'s )?password:\s{0,8}$/i;

/** A password that the host accepted, held in memory for reconnects of the same connection. */
interface PasswordMemory {
  get(): string | null;
  set(password: string | null): void;
}

interface AuthPlan extends KeyPlan {
  readonly asking: AskingMachine;
  readonly password: PasswordMemory;
  readonly onMethod: (method: string) => void;
}

interface AuthRun {
  readonly handler: AuthHandlerMiddleware;
  /** True once the operator's password or answers were sent: a loss after that counts as refused. */
  secretWasSent(): boolean;
  /** The error for a connection that ended after a secret was sent. */
  refused(detail?: string): PanelException;
  /** The host let us in: the password given is worth keeping. */
  accepted(): void;
}

/**
 * Order: none (returns the methods of the host, and does not count as an attempt) → named keys → the agent's other keys → keys with the usual names →
 * keyboard-interactive → password.
 * One password or set of answers is sent a connection; refused, it fails with `ssh-auth-refused`.
 */
export async function planAuth(plan: AuthPlan): Promise<AuthRun> {
  const found = await keyOffers(plan);
  const offers: KeyOffer[] = [];
  for (const prepare of found.slice(0, MAX_KEYS_OFFERED)) offers.push(await prepare());
  const tried: string[] = [];
  const keysOffered = offers.length;
  const keysLeftOut = found.length - keysOffered;
  let secretSent = false;
  let secretGiven: string | null = null;
  let interactiveTried = false;
  let passwordTried = false;
  let rounds = 0;
  const refused = (detail: string, typed = false): PanelException => authRefusedError(plan.where, detail, { typed, keysLeftOut });
  const summary = (): string => (tried.length === 0 ? 'nothing could be offered' : `offered: ${tried.join(', ')}`);
  const method = (label: string): void => {
    tried.push(label);
    plan.onMethod(label);
  };

  const password = async (): Promise<string | null> => {
    const saved = plan.password.get();
    if (saved !== null) return saved;
    const answer = await plan.promptUser({ kind: 'password', asking: plan.asking, attempt: 1 }, plan.signal);
    return answer.kind === 'secret' ? answer.secret : null;
  };
  const interact = async (title: string, instructions: string, questions: { text: string; echo: boolean }[]): Promise<string[] | null> => {
    rounds += 1;
    if (rounds === 1 && title.trim() === '' && instructions.trim() === '' && isPasswordPrompt(questions)) {
      const given = await password();
      secretGiven = given;
      return given === null ? null : [given];
    }
    // Where more than the password is asked, it may have been changed on the way: the next sign-in asks again.
    secretGiven = null;
    if (questions.length > MAX_SIGN_IN_QUESTIONS) throw tooManyQuestionsError(plan.where, questions.length);
    const shown = (text: string): string => plainLines(text, MAX_SENTENCE_CHARS).trim();
    const answer = await plan.promptUser(
      {
        kind: 'keyboard-interactive',
        asking: plan.asking,
        title: plainText(title),
        instructions: shown(instructions),
        questions: questions.map(({ text, echo }) => ({ text: shown(text), echo })),
      },
      plan.signal,
    );
    return answer.kind === 'answers' ? [...answer.answers] : null;
  };

  const handler: AuthHandlerMiddleware = (methodsLeft, partialSuccess, next) => {
    const left: readonly string[] | null = methodsLeft;
    if (left === null) {
      plan.onMethod('none');
      next({ type: 'none', username: plan.user });
      return;
    }
    if (secretSent && !partialSuccess) {
      plan.password.set(null);
      plan.fail(refused(summary(), true));
      return;
    }
    secretSent = false;
    const offer = left.includes('publickey') ? offers.shift() : undefined;
    if (offer !== undefined) {
      method(offer.label);
      next(offer.method);
      return;
    }
    // Where sshd has nothing to ask interactively it refuses at once, and that would cost the last try.
    const isLastTry = keysOffered === MAX_KEYS_OFFERED && left.includes('password');
    if (left.includes('keyboard-interactive') && !interactiveTried && !isLastTry) {
      interactiveTried = true;
      method('keyboard-interactive');
      next({
        type: 'keyboard-interactive',
        username: plan.user,
        prompt: (title, instructions, _language, prompts, finish) => {
          const questions = prompts.map(({ prompt, echo }) => ({ text: prompt, echo: echo ?? false }));
          interact(title, instructions, questions).then(
            (answers) => {
              if (answers === null) return plan.fail(authCancelledError(plan.where, keysLeftOut));
              secretSent = true;
              finish(answers);
            },
            (thrown: unknown) => plan.fail(thrown instanceof PanelException ? thrown : authCancelledError(plan.where, keysLeftOut)),
          );
        },
      });
      return;
    }
    if (left.includes('password') && !passwordTried) {
      passwordTried = true;
      method('password');
      password().then(
        (given) => {
          if (given === null) return plan.fail(authCancelledError(plan.where, keysLeftOut));
          secretSent = true;
          secretGiven = given;
          next({ type: 'password', username: plan.user, password: given });
        },
        () => plan.fail(authCancelledError(plan.where, keysLeftOut)),
      );
      return;
    }
    plan.fail(refused(`${summary()}; the host takes: ${left.join(', ')}`));
  };
  return {
    handler,
    secretWasSent: () => secretSent,
    refused: (detail) => refused(detail === undefined ? summary() : `${summary()}; ${detail}`, true),
    accepted: () => {
      if (secretGiven !== null) plan.password.set(secretGiven);
    },
  };
}

function isPasswordPrompt(questions: readonly { readonly text: string; readonly echo: boolean }[]): boolean {
  const [only] = questions;
  return questions.length === 1 && only !== undefined && !only.echo && PASSWORD_PROMPT.test(only.text);
}
