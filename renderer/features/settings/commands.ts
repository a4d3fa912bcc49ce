import {
  IconClock,
  IconDatabase,
  IconDeviceDesktop,
  IconFolder,
  IconInfoCircle,
  IconKey,
  IconLicense,
  IconLifebuoy,
  IconMoon,
  IconNetwork,
  IconServerCog,
  IconSun,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Settings } from '../../../shared/capabilities/settings/contract.ts';
import { bridge } from '../../bridge.ts';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useNoHostReason } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { updateSettings } from '../../stores/settings.ts';
import { setPage } from '../../stores/view.ts';
import { TEXT as BUNDLE_TEXT } from '../support/text.ts';

type Entry = Omit<Command, 'group'>;

function theme(colorScheme: Settings['appearance']['colorScheme'], title: string, words: string, icon: Command['icon']): Entry {
  return {
    id: `theme-${colorScheme}`,
    title,
    words: `${words} mode appearance colours colors scheme look`,
    run: () => void updateSettings({ appearance: { colorScheme } }),
    ...(icon === undefined ? {} : { icon }),
  };
}

const section = (anchor: string) => (): void => setPage('settings', { section: anchor });

const COMMANDS = inGroup('Settings', [
  theme('auto', 'Theme: system', 'automatic default', IconDeviceDesktop),
  theme('dark', 'Theme: dark', 'night black', IconMoon),
  theme('light', 'Theme: light', 'day white bright', IconSun),
  {
    id: 'settings-ssh',
    title: 'SSH keepalive and sudo password',
    words: 'timeout remember minutes connection root credentials',
    icon: IconKey,
    run: section('settings-ssh'),
  },
  {
    id: 'settings-backends',
    title: 'Addresses of InvokeAI and ComfyUI',
    words: 'port url backend 9090 8188 configure change',
    icon: IconNetwork,
    run: section('settings-backends'),
  },
  {
    id: 'settings-hugging-face',
    title: 'Hugging Face search settings',
    words: 'hf endpoint mirror proxy token models hub',
    icon: IconNetwork,
    run: section('settings-hugging-face'),
  },
  {
    id: 'settings-gateway',
    title: 'Gateway settings',
    words: 'token certificate address trust forget',
    icon: IconServerCog,
    run: section('settings-gateway'),
  },
  {
    id: 'settings-history',
    title: 'History: days and disk space',
    words: 'data retention keep delete clear remove recorded readings storage size usage',
    icon: IconClock,
    run: section('settings-history'),
  },
  {
    id: 'settings-storage',
    title: 'Files and secrets on this computer',
    words: 'data folder where stored keyring path location known_hosts',
    icon: IconDatabase,
    run: section('settings-storage'),
  },
  {
    id: 'log-folder',
    title: 'Open log folder',
    words: 'files debug report bug diagnose problem own',
    icon: IconFolder,
    run: () => attempt(() => bridge.app.showLogFolder()),
  },
  {
    id: 'settings-about',
    title: 'About Ada Panel',
    words: 'version help info electron update release',
    icon: IconInfoCircle,
    run: section('settings-about'),
  },
  {
    id: 'settings-licences',
    title: 'Third-party notices',
    words: 'license licence open source packages credits legal',
    icon: IconLicense,
    run: () => setPage('settings', { intent: 'licences' }),
  },
]);

/** Commands of the Settings page; all but the support bundle need no host. */
export function useSettingsCommands(): readonly Command[] {
  const unavailable = useNoHostReason();
  return useMemo(() => {
    const bundle: Entry = {
      id: 'support-bundle',
      title: BUNDLE_TEXT.create,
      words: 'help report zip export logs configuration diagnose bug share',
      icon: IconLifebuoy,
      unavailable,
      run: () => setPage('settings', { section: 'settings-about', intent: 'support-bundle' }),
    };
    return [...COMMANDS, ...inGroup('Settings', [bundle])];
  }, [unavailable]);
}
