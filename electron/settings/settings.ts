import { join } from 'node:path';
import { Settings } from '../../shared/contract/settings.ts';
import { DEFAULT_SETTINGS } from '../../shared/default-settings.ts';
import type { Logger } from '../log.ts';
import { openJsonFile } from './json-file.ts';

export type SettingsPatch = { readonly [K in keyof Settings]?: Settings[K] | undefined };

export interface SettingsStore {
  readonly file: string;
  get(): Settings;
  /** Sections given replace the sections kept; listeners hear of it. */
  update(patch: SettingsPatch): Settings;
  onChange(listener: (settings: Settings) => void): () => void;
}

/** The operator's settings in `settings.json` of the data folder. */
export function openSettings(o: {
  readonly dataFolder: string;
  readonly log: Logger;
  readonly onBroken?: (movedTo: string) => void;
}): SettingsStore {
  const document = openJsonFile<Settings>({
    file: join(o.dataFolder, 'settings.json'),
    schema: Settings,
    fallback: DEFAULT_SETTINGS,
    log: o.log,
    ...(o.onBroken === undefined ? {} : { onBroken: o.onBroken }),
  });
  const listeners = new Set<(settings: Settings) => void>();
  return {
    file: document.file,
    get: document.read,
    update: (patch) => {
      const given = Object.fromEntries(Object.entries(patch).filter(([, section]) => section !== undefined));
      const next = Settings.parse({ ...document.read(), ...given });
      document.write(next);
      for (const listener of listeners) listener(next);
      return next;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
