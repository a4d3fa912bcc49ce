import { join } from 'node:path';
import { Settings } from '../../../shared/capabilities/settings/contract.ts';
import { DEFAULT_SETTINGS } from '../../../shared/default-settings.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { type Migration, openJsonFile } from '../../foundation/files/json-file.ts';
import { readLeniently, type Understood } from '../../foundation/files/lenient.ts';
import { createSaveMonitor, type SaveMonitor } from '../../foundation/files/save-monitor.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { SettingsStore } from '../settings-store.ts';

/** `MIGRATIONS[n]` migrates settings.json from version n to n + 1. Version 0 had no `version`. */
const MIGRATIONS: readonly Migration[] = [(raw) => raw];

/** Parses the settings section by section; throws unless they are an object. */
export function understandSettings(raw: unknown): Understood<Settings> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new Error('not an object');
  return readLeniently(Settings, raw, DEFAULT_SETTINGS);
}

/** The operator's settings in `settings.json` of the data folder. Never throws. */
export function openSettings(o: {
  readonly dataFolder: string;
  readonly saves?: SaveMonitor;
  readonly log: Logger;
  readonly onCorrupt?: (movedTo: string) => void;
  readonly onUnknownEntries?: (places: readonly string[]) => void;
}): SettingsStore {
  const { dataFolder, saves = createSaveMonitor(), ...rest } = o;
  const document = openJsonFile<Settings>({
    ...rest,
    saves,
    file: join(dataFolder, 'settings.json'),
    understand: understandSettings,
    fallback: DEFAULT_SETTINGS,
    migrations: MIGRATIONS,
  });
  const changes = createEmitter<Settings>();
  return {
    file: document.file,
    get: document.read,
    update: (patch) => {
      const given = Object.fromEntries(Object.entries(patch).filter(([, section]) => section !== undefined));
      const next = Settings.parse({ ...document.read(), ...given });
      document.write(next);
      changes.emit(next);
      return next;
    },
    onChange: changes.on,
  };
}
