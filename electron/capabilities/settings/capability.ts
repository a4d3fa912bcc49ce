import { panelCapability } from '../capability.ts';
import type { SettingsStore } from '../settings-store.ts';

export const settingsCapability = panelCapability<'settings', SettingsStore>({
  name: 'settings',
  // The settings are opened before every capability, since all of them read settings.
  create: ({ settings }) => settings,
  handlers: {
    'settings.get': (settings) => settings.get(),
    'settings.update': (settings, patch) => settings.update(patch),
    'settings.storage': (_settings, _none, { storage }) => storage(),
  },
  events: (settings, emit) => [settings.onChange((state) => emit('settings.changed', state))],
});
