import { describe, expect, it } from 'vitest';
import { createPrompts, type SecretKeeper } from './prompts.ts';

function keeper(isProtected: boolean): SecretKeeper & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    isProtected,
    read: (name) => kept.get(name) ?? null,
    write: (name, secret) => void kept.set(name, secret),
    forget: (name) => void kept.delete(name),
  };
}
const password = { kind: 'password', asking: { address: 'op@10.0.0.2:22', isJumpHost: false }, attempt: 1 } as const;
const passphrase = (attempt: number) => ({ kind: 'passphrase', keyFile: '/k', attempt }) as const;

describe('prompts', () => {
  it('resolves with the answer and closes', async () => {
    const prompts = createPrompts(keeper(false));
    const closed: string[] = [];
    prompts.onClosed((event) => closed.push(event.promptId));
    const asked = prompts.ask('ada2', password, new AbortController().signal);
    const [open] = prompts.open();
    expect(open).toMatchObject({ kind: 'password', hostLabel: 'ada2' });
    prompts.answer(open?.promptId ?? '', { kind: 'secret', secret: 'x' });
    expect(await asked).toEqual({ kind: 'secret', secret: 'x' });
    expect(closed).toEqual([open?.promptId]);
    expect(prompts.open()).toEqual([]);
  });

  it('is cancelled by the one who asked', async () => {
    const prompts = createPrompts(keeper(false));
    const abort = new AbortController();
    const asked = prompts.ask('ada2', password, abort.signal);
    abort.abort();
    expect(await asked).toEqual({ kind: 'cancel' });
    expect(prompts.open()).toEqual([]);
  });

  it('remembers a passphrase only where the keyring protects it, and forgets a wrong one', async () => {
    for (const isProtected of [true, false]) {
      const secrets = keeper(isProtected);
      const prompts = createPrompts(secrets);
      const first = prompts.ask('ada2', passphrase(1), new AbortController().signal);
      prompts.answer(prompts.open()[0]?.promptId ?? '', { kind: 'secret', secret: 'pp', remember: true });
      await first;
      expect(secrets.kept.size).toBe(isProtected ? 1 : 0);
      if (!isProtected) continue;
      expect(await prompts.ask('ada2', passphrase(1), new AbortController().signal)).toEqual({ kind: 'secret', secret: 'pp' });
      void prompts.ask('ada2', passphrase(2), new AbortController().signal);
      expect(secrets.kept.size).toBe(0);
      expect(prompts.open()).toHaveLength(1);
    }
  });
});
