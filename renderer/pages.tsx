import {
  IconBox,
  IconBrush,
  IconChecklist,
  IconClipboardCheck,
  IconCpu,
  IconFileText,
  IconLayoutDashboard,
  IconSettings,
  IconStack2,
  IconTrafficLights,
  type TablerIcon,
} from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import type { CommandSource } from './commands/commands.ts';
import { OverviewPage } from './features/overview/overview-page.tsx';

/** One page of the window: the navigation, its shortcut and the palette follow from this list. */
export interface PageEntry {
  readonly id: string;
  readonly label: string;
  readonly icon: TablerIcon;
  /** `mod` is Ctrl, on macOS Cmd. */
  readonly shortcut: string;
  readonly load: ComponentType;
  /** Shown only while a host is; the page is made anew for another one. */
  readonly needsHost: boolean;
  /** What it shows, for the palette and for when there is no host. */
  readonly summary: string;
  /** Its commands in the palette, from a module without the page's own code; read once the window is painted. */
  readonly commands?: () => Promise<CommandSource>;
}

/** The code of a page is read when it is opened first: the window paints before. */
const onDemand = <N extends string>(load: () => Promise<Readonly<Record<N, ComponentType>>>, name: N): ComponentType =>
  lazy(async (): Promise<{ readonly default: ComponentType }> => ({ default: (await load())[name] }));

/** In the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  {
    id: 'overview',
    label: 'Overview',
    icon: IconLayoutDashboard,
    shortcut: 'mod+1',
    load: OverviewPage,
    needsHost: true,
    summary: 'State of the whole chain, problems, key figures',
  },
  {
    id: 'gpu',
    label: 'GPU',
    icon: IconCpu,
    shortcut: 'mod+2',
    load: onDemand(() => import('./features/gpu/gpu-page.tsx'), 'GpuPage'),
    needsHost: true,
    summary: 'VRAM, load, temperature and power over time, processes, GPU health',
    commands: async () => (await import('./features/gpu/commands.ts')).useGpuCommands,
  },
  {
    id: 'services',
    label: 'Services',
    icon: IconStack2,
    shortcut: 'mod+3',
    load: onDemand(() => import('./features/services/services-page.tsx'), 'ServicesPage'),
    needsHost: true,
    summary: 'systemd units: start, stop, restart',
    commands: async () => (await import('./features/services/commands.ts')).useServicesCommands,
  },
  {
    id: 'logs',
    label: 'Logs',
    icon: IconFileText,
    shortcut: 'mod+4',
    load: onDemand(() => import('./features/journal/logs-page.tsx'), 'LogsPage'),
    needsHost: true,
    summary: 'Journals of the services, live and past',
    commands: async () => (await import('./features/journal/commands.ts')).useLogCommands,
  },
  {
    id: 'models',
    label: 'Models',
    icon: IconBox,
    shortcut: 'mod+5',
    load: onDemand(() => import('./features/models/models-page.tsx'), 'ModelsPage'),
    needsHost: true,
    summary: 'Installed models, downloads, queue',
    commands: async () => (await import('./features/models/commands.ts')).useModelsCommands,
  },
  {
    id: 'playground',
    label: 'Playground',
    icon: IconBrush,
    shortcut: 'mod+6',
    load: onDemand(() => import('./features/images/playground-page.tsx'), 'PlaygroundPage'),
    needsHost: true,
    summary: 'Generate images, gallery',
    commands: async () => (await import('./features/images/commands.ts')).useImageCommands,
  },
  {
    id: 'gateway',
    label: 'Gateway',
    icon: IconTrafficLights,
    shortcut: 'mod+7',
    load: onDemand(() => import('./features/gateway/gateway-page.tsx'), 'GatewayPage'),
    needsHost: true,
    summary: 'Admission, backends, overload test',
    commands: async () => (await import('./features/gateway/commands.ts')).useGatewayCommands,
  },
  {
    id: 'setup',
    label: 'Setup',
    icon: IconChecklist,
    shortcut: 'mod+8',
    load: onDemand(() => import('./features/setup/setup-page.tsx'), 'SetupPage'),
    needsHost: true,
    summary: 'Recipes that set up the host: plan, apply, verify',
    commands: async () => (await import('./features/setup/commands.ts')).useSetupCommands,
  },
  {
    id: 'checks',
    label: 'Checks',
    icon: IconClipboardCheck,
    shortcut: 'mod+9',
    load: onDemand(() => import('./features/checks/checks-page.tsx'), 'ChecksPage'),
    needsHost: true,
    summary: 'Checks of the whole chain, from the GPU to an image: run, read, export',
    commands: async () => (await import('./features/checks/commands.ts')).useCheckCommands,
  },
  {
    id: 'settings',
    label: 'Settings',
    icon: IconSettings,
    shortcut: 'mod+,',
    load: onDemand(() => import('./features/settings/settings-page.tsx'), 'SettingsPage'),
    needsHost: false,
    summary: 'Hosts, gateway, appearance, data',
    commands: async () => (await import('./features/settings/commands.ts')).useSettingsCommands,
  },
];

/** The page of this id; the first one for an id that is none. */
export function pageOf(id: string): PageEntry {
  const [first] = PAGES;
  const found = PAGES.find((page) => page.id === id) ?? first;
  if (found === undefined) throw new Error('there are no pages');
  return found;
}
