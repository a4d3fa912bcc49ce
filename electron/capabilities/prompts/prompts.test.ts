import { describe, expect, it } from 'vitest';
import type { SecretStore } from '../../foundation/secret-store.ts';
import { createPrompts } from './prompts.ts';

function gatewaySettings(): SecretStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    values: () => [...kept.values()],
    read: (name) => kept.get(name) ?? null,
    write: (name, secret) => void kept.set(name, secret),
    forget: (name) => void kept.delete(name),
  };
}
const password = { kind: 'password', asking: { address: 'op@10.0.0.2:22', isJumpHost: false }, attempt: 1 } as const;
const passphrase = (attempt: number) => ({ kind: 'passphrase', keyFile: '/k', attempt }) as const;

describe('prompts', () => {
  it('resolves with the answer and closes', async () => {
    const prompts = createPrompts(gatewaySettings());
    const closed: string[] = [];
    prompts.onClosed((event) => closed.push(event.promptId));
    const requested = prompts.promptUser('ada2', password, new AbortController().signal);
    const [open] = prompts.open();
    expect(open).toMatchObject({ kind: 'password', hostLabel: 'ada2' });
    prompts.answer(open?.promptId ?? '', { kind: 'secret', secret: 'x' });
    expect(await requested).toEqual({ kind: 'secret', secret: 'x' });
    expect(closed).toEqual([open?.promptId]);
    expect(prompts.open()).toEqual([]);
  });

  it.each([
    { kind: 'sudo-password', user: 'root\u202etoor', purpose: 'stop\na.service', attempt: 1 } as const,
    { kind: 'password', asking: { address: 'op\u202e@10.0.0.2:22', isJumpHost: true }, attempt: 1 } as const,
  ])('shows no control characters in names, in %j', (question) => {
    const prompts = createPrompts(gatewaySettings());
    void prompts.promptUser('ada2\u202e', question, new AbortController().signal);
    expect(JSON.stringify(prompts.open())).not.toMatch(/[\u202e]|\\n/);
  });

  it('is cancelled by the one who asked', async () => {
    const prompts = createPrompts(gatewaySettings());
    const abort = new AbortController();
    const requested = prompts.promptUser('ada2', password, abort.signal);
    abort.abort();
    expect(await requested).toEqual({ kind: 'cancel' });
    expect(prompts.open()).toEqual([]);
  });

  it('remembers a passphrase when told to, and forgets a wrong one', async () => {
    const secrets = gatewaySettings();
    const prompts = createPrompts(secrets);
    const promptUser = (attempt: number) => prompts.promptUser('ada2', passphrase(attempt), new AbortController().signal);
    const once = promptUser(1);
    prompts.answer(prompts.open()[0]?.promptId ?? '', { kind: 'secret', secret: 'pp' });
    await once;
    expect(secrets.kept.size).toBe(0);
    const first = promptUser(1);
    prompts.answer(prompts.open()[0]?.promptId ?? '', { kind: 'secret', secret: 'pp', remember: true });
    await first;
    expect(await promptUser(1)).toEqual({ kind: 'secret', secret: 'pp' });
    void promptUser(2);
    expect(secrets.kept.size).toBe(0);
    expect(prompts.open()).toHaveLength(1);
  });
});
