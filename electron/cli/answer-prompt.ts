import type { PromptAnswer } from '../../shared/capabilities/hosts/contract.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../shared/plain-text.ts';
import type { PromptQuestion } from '../foundation/ssh/connection.ts';
import type { Terminal } from './terminal.ts';

const CANCEL: PromptAnswer = { kind: 'cancel' };

/** Answers a prompt of a connection on the terminal; without one every prompt is cancelled, and `onUnanswered` gets what it was about. */
export async function answerPrompt(
  terminal: Terminal | null,
  question: PromptQuestion,
  signal: AbortSignal,
  onUnanswered: (what: string) => void,
): Promise<PromptAnswer> {
  if (terminal === null) {
    onUnanswered(describePrompt(question));
    return CANCEL;
  }
  switch (question.kind) {
    case 'host-key-unknown': {
      const typed = await terminal.ask(`${describePrompt(question)}\nConnect and save it in ${question.knownHostsFile}? [yes/no] `, signal);
      return typed?.trim().toLowerCase() === 'yes' ? { kind: 'accept' } : CANCEL;
    }
    case 'keyboard-interactive': {
      const head = [question.title, question.instructions].map((text) => plainText(text, MAX_SENTENCE_CHARS)).filter((text) => text !== '');
      const answers: string[] = [];
      for (const [index, { text, echo }] of question.questions.entries()) {
        const shown = `${index === 0 ? head.map((line) => `${line}\n`).join('') : ''}${plainText(text, MAX_SENTENCE_CHARS)} `;
        const typed = await (echo ? terminal.ask(shown, signal) : terminal.askSecret(shown, signal));
        if (typed === null) return CANCEL;
        answers.push(typed);
      }
      return { kind: 'answers', answers };
    }
    case 'passphrase':
    case 'password':
    case 'sudo-password': {
      const again = question.attempt > 1 ? 'Wrong. ' : '';
      const secret = await terminal.askSecret(`${again}${describePrompt(question)}: `, signal);
      return secret === null ? CANCEL : { kind: 'secret', secret };
    }
  }
}

function describePrompt(question: PromptQuestion): string {
  switch (question.kind) {
    case 'host-key-unknown':
      return `Unknown host key of ${plainText(question.hostName)}:${question.port}: ${plainText(question.keyType)} ${plainText(question.sha256)}`;
    case 'passphrase':
      return `Passphrase of ${plainText(question.keyFile)}`;
    case 'password':
      return `Password of ${plainText(question.asking.address)}`;
    case 'keyboard-interactive':
      return `Sign-in question of ${plainText(question.asking.address)}`;
    case 'sudo-password':
      return `sudo password of ${plainText(question.user)} (${plainText(question.purpose)})`;
  }
}
