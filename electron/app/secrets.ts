import { join } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import type { StorageReport } from '../../shared/capabilities/settings/contract.ts';
import { openJsonFile } from '../foundation/files/json-file.ts';
import { readLeniently } from '../foundation/files/lenient.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import type { Logger } from '../foundation/log/log.ts';
import type { SecretStore } from '../foundation/secret-store.ts';

/** Chromium's scheme with the same key on every machine, which protects nothing. */
const FIXED_KEY_PREFIX = 'v10';

export interface Protection {
  readonly isProtected: boolean;
  readonly backend: string;
}

/** Whether the OS keyring holds the key, judged by the backend's name and a ciphertext. */
export function readProtection(platform: string): Protection {
  if (!safeStorage.isEncryptionAvailable()) return { isProtected: false, backend: 'none' };
  if (platform !== 'linux') return { isProtected: true, backend: platform === 'darwin' ? 'Keychain' : 'DPAPI' };
  const backend = safeStorage.getSelectedStorageBackend();
  const isFixedKey = safeStorage.encryptString('probe').subarray(0, FIXED_KEY_PREFIX.length).toString('latin1') === FIXED_KEY_PREFIX;
  return { isProtected: backend !== 'basic_text' && backend !== 'unknown' && !isFixedKey, backend };
}

/**
 * Secrets encrypted in `secrets.json` with a key from the OS keyring. Without a keyring they stay in memory only, until the
 * panel quits.
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
  // The first access to the keyring can be slow, so it waits until a secret is needed.
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
  const read = (name: string): string | null => {
    const remembered = inMemory.get(name);
    if (remembered !== undefined) return remembered;
    const saved = document.read()[name];
    if (saved === undefined || !protection().isProtected) return null;
    try {
      return safeStorage.decryptString(Buffer.from(saved, 'base64'));
    } catch (cause) {
      o.log.warn('secrets.unreadable', { name, cause: String(cause) });
      return null;
    }
  };
  return {
    read,
    values: () => [...new Set([...inMemory.keys(), ...Object.keys(document.read())])].flatMap((name) => read(name) ?? []),
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
      document.write(Object.fromEntries(Object.entries(document.read()).filter(([saved]) => saved !== name)));
    },
    report: () => {
      const { isProtected, backend } = protection();
      return {
        protected: isProtected,
        backend,
        message: isProtected
          ? 'with a key from the system keyring.'
          : 'because this system has no keyring; required again after a restart.',
      };
    },
  };
}
