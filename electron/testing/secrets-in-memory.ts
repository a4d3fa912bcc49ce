import type { SecretStore } from '../foundation/secret-store.ts';

/** Secrets that are gone with the test. */
export function secretsInMemory(): SecretStore {
  const secrets = new Map<string, string>();
  return {
    read: (name) => secrets.get(name) ?? null,
    write: (name, secret) => void secrets.set(name, secret),
    forget: (name) => void secrets.delete(name),
    values: () => [...secrets.values()],
  };
}
