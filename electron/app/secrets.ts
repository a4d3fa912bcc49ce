import { join } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import type { StorageReport } from '../../shared/capabilities/settings/contract.ts';
import { openJsonFile } from '../foundation/files/json-file.ts';
import { readLeniently } from '../foundation/files/lenient.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import type { Logger } from '../foundation/log/log.ts';
import type { SecretStore } from '../foundation/secret-store.ts';

/** Chromium's scheme with a key that is the same on every machine: it protects nothing. */
const FIXED_KEY_PREFIX = 'v10';

export interface Protection {
  readonly isProtected: boolean;
  readonly backend: string;
}

/** Whether the OS keyring really holds the key: by backend name, and by looking at a ciphertext. */
export function readProtection(platform: string): Protection {
  if (!safeStorage.isEncryptionAvailable()) return { isProtected: false, backend: 'none' };
  if (platform !== 'linux') return { isProtected: true, backend: platform === 'darwin' ? 'Keychain' : 'DPAPI' };
  const backend = safeStorage.getSelectedStorageBackend();
  const isFixedKey = safeStorage.encryptString('probe').subarray(0, FIXED_KEY_PREFIX.length).toString('latin1') === FIXED_KEY_PREFIX;
  return { isProtected: backend !== 'basic_text' && backend !== 'unknown' && !isFixedKey, backend };
}

/**
 * Secrets in the OS keyring: encrypted in `secrets.json`, the key with the OS. Without a keyring they are kept in memory
 * only, for as long as the panel runs.
 */
export function openSecrets(o: {
  readonly dataFolder: string;
  readonly platform: string;
  readonly saves: SaveMonitor;
  readonly log: Logger;
}): SecretStore & {
  report(): StorageReport['secrets'];
} {
  let probed: Protection | null = null;
  // Asking the keyring can take a while at first: not before it is needed.
  const protection = (): Protection => {
    probed ??= readProtection(o.platform);
    return probed;
  };
  const inMemory = new Map<string, string>();
  const document = openJsonFile<Record<string, string>>({
    file: join(o.dataFolder, 'secrets.json'),
    understand: (raw) => readLeniently(z.record(z.string(), z.string()), raw, {}),
    fallback: {},
    saves: o.saves,
    log: o.log,
  });
  return {
    read: (name) => {
      const remembered = inMemory.get(name);
      if (remembered !== undefined) return remembered;
      const kept = document.read()[name];
      if (kept === undefined || !protection().isProtected) return null;
      try {
        return safeStorage.decryptString(Buffer.from(kept, 'base64'));
      } catch (cause) {
        o.log.warn('secrets.unreadable', { name, cause: String(cause) });
        return null;
      }
    },
    write: (name, secret) => {
      if (protection().isProtected) {
        document.write({ ...document.read(), [name]: safeStorage.encryptString(secret).toString('base64') });
      } else {
        inMemory.set(name, secret);
      }
    },
    forget: (name) => {
      inMemory.delete(name);
      if (!(name in document.read())) return;
      document.write(Object.fromEntries(Object.entries(document.read()).filter(([kept]) => kept !== name)));
    },
    report: () => {
      const { isProtected, backend } = protection();
      return {
        protected: isProtected,
        backend,
        said: isProtected
          ? 'Secrets are encrypted with a key that the operating system keeps in its keyring.'
          : 'This system offers no keyring, so secrets are kept in memory only and asked again after a restart.',
      };
    },
  };
}
