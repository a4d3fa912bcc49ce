import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import { runCommand, type Session } from './exec.ts';
import { secondFactorError, sudoError } from './sudo-errors.ts';
import { parseSudoOutput } from './sudo-output.ts';
import { promptArgument, readOurPrompt, readProofQuestion } from './sudo-prompt.ts';
import type { ExecOptions, ExecResult } from './transport.ts';

type RunOptions = Omit<ExecOptions, 'sudo'>;
type State = 'waiting' | 'asked' | 'written' | 'running' | 'cancelled' | 'refused';
type Outcome = { readonly kind: 'done'; readonly result: ExecResult } | { readonly kind: 'wrong' } | { readonly kind: 'cancelled' };

/**
 * One process of sudo, one password: that of the command, or without one `sudo -v`, which only proves the password. The password is
 * written only in answer to the question for it: sudo that needs none would hand it to the command. Before a command that question
 * is a prompt of ours, which nothing else prints; that hides what PAM asks, so `sudo -v` is given the prompt as SUDO_PROMPT, which takes
 * the place of sudo's own prompt only (sudo(8)).
 * `answer` gets the user whose password sudo wants, and a signal that aborts when sudo stops waiting; it returns null for no answer.
 */
export async function answerSudo(
  session: Session,
  argv: readonly string[] | null,
  options: RunOptions,
  answer: (of: string | null, ended: AbortSignal) => Promise<string | null>,
): Promise<Outcome> {
  const token = `ada-panel-${randomBytes(9).toString('hex')}`;
  const { stdin, ...rest } = options;
  const ended = new AbortController();
  const hasInput = argv !== null && stdin !== undefined && stdin.length > 0;
  const ready = `${token}-ready`;
  /** Lines of stderr that are not the command's. */
  const prompts = new Set<string>();
  let state: State = 'waiting';
  let strange: string | null = null;
  let readUpTo = 0;
  const giveUp = (channel: ClientChannel): void => {
    // sudo-rs takes the end of its input for empty passwords and tries them; ended before that, it counts none.
    channel.signal('TERM');
    channel.end();
  };
  const supply = async (of: string | null, channel: ClientChannel): Promise<void> => {
    const password = await answer(of, ended.signal).catch(() => null);
    if (ended.signal.aborted) return;
    if (password === null) {
      state = 'cancelled';
      giveUp(channel);
      return;
    }
    state = 'written';
    channel.write(`${password}\n`);
    // `sudo -v` has no input: it stays open, so that a second question is seen before the end of input answers it.
    if (argv !== null && !hasInput) channel.end();
  };
  const onStderr = (text: string, channel: ClientChannel): void => {
    if ((state !== 'waiting' && state !== 'written') || strange !== null) return;
    const news = text.slice(readUpTo);
    if (hasInput && news.includes(`${ready}\n`)) {
      state = 'running';
      channel.end(stdin);
      return;
    }
    const question = argv === null ? readProofQuestion(news, token) : readOurPrompt(news, token);
    if (question === null) return;
    readUpTo = text.length;
    if (question.kind === 'other') {
      strange = question.text;
      giveUp(channel);
      return;
    }
    prompts.add(question.prompt);
    if (state === 'waiting') {
      state = 'asked';
      void supply(question.of, channel);
      return;
    }
    // After a wrong password sudo prints a word about it (or an insult); between two factors it prints nothing.
    if (news.replaceAll(question.prompt, '').trim() === '') strange = question.prompt.trim();
    else state = 'refused';
    giveUp(channel);
  };
  const command = hasInput ? scriptArgv(HOST_SCRIPTS.inputReady, ready, ...argv) : (argv ?? []);
  const prompt = promptArgument(token);
  const sudo =
    argv === null ? ['env', `SUDO_PROMPT=${prompt}`, 'sudo', '-k', '-S', '-v'] : ['sudo', '-k', '-S', '-p', prompt, '--', ...command];
  try {
    const raw = await runCommand(session, sudo, { ...rest, onStderr });
    const stderr = [...prompts, `${ready}\n`].reduce((left, ours) => left.replaceAll(ours, ''), raw.stderr);
    // sudo-rs ends the line of its prompt, as the operator's Enter would.
    return outcomeOf({ ...raw, stderr: prompts.size > 0 ? stderr.replace(/^\n/, '') : stderr }, { state, strange });
  } finally {
    ended.abort();
  }
}

function outcomeOf(result: ExecResult, seen: { readonly state: State; readonly strange: string | null }): Outcome {
  const verdict = parseSudoOutput(result);
  if (verdict === 'password-expired') throw sudoError(verdict, result.stderr);
  if (seen.strange !== null) throw secondFactorError(seen.strange);
  if (seen.state === 'cancelled') return { kind: 'cancelled' };
  if (seen.state === 'refused' || verdict === 'wrong-password') return { kind: 'wrong' };
  if (verdict === 'ran') return { kind: 'done', result };
  throw sudoError(verdict, result.stderr);
}
