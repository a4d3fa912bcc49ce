import type { Settings } from '../../shared/capabilities/settings/contract.ts';

export type SettingsPatch = { readonly [K in keyof Settings]?: Settings[K] | undefined };

/** The operator's settings, as every capability reads and changes them. */
export interface SettingsStore {
  readonly file: string;
  get(): Settings;
  /** Replaces the given sections and notifies listeners. A failed write is reported by SaveMonitor, not here. */
  update(patch: SettingsPatch): Settings;
  onChange(listener: (settings: Settings) => void): () => void;
}
