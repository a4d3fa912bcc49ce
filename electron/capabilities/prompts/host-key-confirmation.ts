import type { PromptAnswer } from '../../../shared/capabilities/hosts/contract.ts';
import { aboutSubject, type Confirmation } from '../confirmation.ts';
import type { Prompts } from './prompts.ts';

/** The confirmation before an unknown host key is trusted; null for every other answer. */
export function confirmHostKey(prompts: Pick<Prompts, 'open'>, promptId: string, answer: PromptAnswer): Confirmation | null {
  const openPrompt = () => prompts.open().find((open) => open.promptId === promptId);
  const prompt = openPrompt();
  if (answer.kind !== 'accept' || prompt?.kind !== 'host-key-unknown') return null;
  return {
    question: `Trust the host key of ${prompt.hostLabel}?`,
    facts: [
      `Host: ${prompt.hostName}, port ${prompt.port}`,
      `Key: ${prompt.keyType}`,
      `Fingerprint: ${prompt.sha256}`,
      `Saved to: ${prompt.knownHostsFile}`,
      '',
      'Trust it only if the fingerprint matches the one on the host.',
    ],
    action: 'Trust key',
    ...aboutSubject(() => JSON.stringify(openPrompt() ?? null)),
  };
}
