/** Storage of secrets: the system's keyring, or memory only. */
export interface SecretStore {
  /** Null when there is none of this name. */
  read(name: string): string | null;
  write(name: string, secret: string): void;
  forget(name: string): void;
}
