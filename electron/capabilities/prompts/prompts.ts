import type { Prompt, PromptAnswer } from '../../../shared/capabilities/hosts/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { MAX_SENTENCE_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import type { SecretStore } from '../../foundation/secret-store.ts';
import type { PromptQuestion } from '../../foundation/ssh/connection.ts';

/** The prompts that wait for the operator. */
export interface Prompts {
  open(): Prompt[];
  /** Opens a prompt; resolves with the answer, or with `cancel` when the signal aborts. */
  promptUser(hostLabel: string, question: PromptQuestion, signal: AbortSignal): Promise<PromptAnswer>;
  answer(promptId: string, answer: PromptAnswer): void;
  onPrompted(listener: (prompt: Prompt) => void): () => void;
  onClosed(listener: (closed: { promptId: string }) => void): () => void;
}

/** Cleans text of hosts, which appears in dialogs for secrets and must not imitate other text. */
function presentable(question: PromptQuestion): PromptQuestion {
  switch (question.kind) {
    case 'keyboard-interactive':
      return {
        ...question,
        asking: { ...question.asking, address: plainText(question.asking.address) },
        title: plainText(question.title),
        instructions: plainLines(question.instructions, MAX_SENTENCE_CHARS),
        questions: question.questions.map(({ text, echo }) => ({ text: plainText(text, MAX_SENTENCE_CHARS), echo })),
      };
    case 'password':
      return { ...question, asking: { ...question.asking, address: plainText(question.asking.address) } };
    case 'sudo-password':
      return { ...question, user: plainText(question.user), purpose: plainText(question.purpose, MAX_SENTENCE_CHARS) };
    default:
      return question;
  }
}

export function createPrompts(secrets: SecretStore): Prompts {
  const waiting = new Map<string, { readonly prompt: Prompt; readonly settle: (answer: PromptAnswer) => void }>();
  const prompted = createEmitter<Prompt>();
  const closed = createEmitter<{ promptId: string }>();
  let nextId = 1;

  const secretName = (prompt: Prompt): string | null => (prompt.kind === 'passphrase' ? `passphrase:${prompt.keyFile}` : null);

  return {
    open: () => [...waiting.values()].map((entry) => entry.prompt),
    promptUser: (hostLabel, question, signal) => {
      const promptId = `prompt-${nextId++}`;
      const prompt: Prompt = { ...presentable(question), promptId, hostLabel: plainText(hostLabel) };
      const name = secretName(prompt);
      if (name !== null && prompt.kind === 'passphrase') {
        const kept = secrets.read(name);
        // A saved passphrase is tried once; a second attempt means that it was wrong.
        if (kept !== null && prompt.attempt === 1) return Promise.resolve({ kind: 'secret', secret: kept });
        if (kept !== null) secrets.forget(name);
      }
      if (signal.aborted) return Promise.resolve({ kind: 'cancel' });
      return new Promise<PromptAnswer>((resolve) => {
        const settle = (answer: PromptAnswer): void => {
          if (!waiting.delete(promptId)) return;
          signal.removeEventListener('abort', onAbort);
          if (name !== null && answer.kind === 'secret' && answer.remember === true) {
            secrets.write(name, answer.secret);
          }
          closed.emit({ promptId });
          resolve(answer);
        };
        const onAbort = (): void => settle({ kind: 'cancel' });
        signal.addEventListener('abort', onAbort);
        waiting.set(promptId, { prompt, settle });
        prompted.emit(prompt);
      });
    },
    answer: (promptId, answer) => waiting.get(promptId)?.settle(answer),
    onPrompted: prompted.on,
    onClosed: closed.on,
  };
}
