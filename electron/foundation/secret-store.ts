/** Storage of secrets: the system's keyring, or memory only. */
export interface SecretStore {
  /** Null when there is none of this name. */
  read(name: string): string | null;
  write(name: string, secret: string): void;
  forget(name: string): void;
  /** All that can be read: for removing them from texts. */
  values(): readonly string[];
}
