import { create } from 'zustand';
import type { Settings } from '../../shared/capabilities/settings/contract.ts';
import { DEFAULT_SETTINGS } from '../../shared/default-settings.ts';
import { bridge } from '../bridge.ts';
import { addErrorNotice } from './notices.ts';
import { useView } from './view.ts';

type SettingsPatch = Parameters<typeof bridge.settings.update>[0];

const useSettingsStore = create<{ readonly settings: Settings }>(() => ({ settings: DEFAULT_SETTINGS }));

/** The operator's settings; the defaults until they were read. */
export function useSettings(): Settings {
  return useSettingsStore((store) => store.settings);
}

/** Changes sections of the settings; a failure appears in the status line. */
export async function updateSettings(patch: SettingsPatch): Promise<void> {
  try {
    useSettingsStore.setState({ settings: await bridge.settings.update(patch) });
  } catch (thrown) {
    addErrorNotice(thrown);
  }
}

function begin(settings: Settings): void {
  useSettingsStore.setState({ settings });
  useView.getState().setPage(settings.last.page);
}

/**
 * Reads the settings, opens the last page, and remembers every page opened; returns what ends it. Call once at start.
 * `known`: the settings as they were, where the page came with them.
 */
export function startSettingsStore(known: Settings | null): () => void {
  if (known !== null) begin(known);
  const stops = [
    bridge.settings.onChanged((settings) => useSettingsStore.setState({ settings })),
    useView.subscribe((view, before) => {
      const { last } = useSettingsStore.getState().settings;
      if (view.page !== before.page) void updateSettings({ last: { ...last, page: view.page } });
    }),
  ];
  bridge.settings.get().then((settings) => {
    if (known === null) begin(settings);
    else useSettingsStore.setState({ settings });
  }, addErrorNotice);
  return () => {
    for (const stop of stops) stop();
  };
}
