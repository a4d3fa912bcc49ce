import {
  IconBox,
  IconBrush,
  IconChecklist,
  IconCpu,
  IconFileText,
  IconLayoutDashboard,
  IconSettings,
  IconStack2,
  IconTool,
  IconTrafficLights,
  type TablerIcon,
} from '@tabler/icons-react';
import type { PageId } from '../stores/view.ts';

/** One place of the navigation, in the order of its keyboard shortcuts. */
export interface Place {
  readonly id: PageId;
  readonly label: string;
  readonly icon: TablerIcon;
  readonly shortcut: string;
}

export const PLACES: readonly Place[] = [
  { id: 'overview', label: 'Overview', icon: IconLayoutDashboard, shortcut: 'mod+1' },
  { id: 'gpu', label: 'GPU', icon: IconCpu, shortcut: 'mod+2' },
  { id: 'services', label: 'Services', icon: IconStack2, shortcut: 'mod+3' },
  { id: 'logs', label: 'Logs', icon: IconFileText, shortcut: 'mod+4' },
  { id: 'models', label: 'Models', icon: IconBox, shortcut: 'mod+5' },
  { id: 'playground', label: 'Playground', icon: IconBrush, shortcut: 'mod+6' },
  { id: 'gateway', label: 'Gateway', icon: IconTrafficLights, shortcut: 'mod+7' },
  { id: 'setup', label: 'Setup', icon: IconTool, shortcut: 'mod+8' },
  { id: 'checks', label: 'Checks', icon: IconChecklist, shortcut: 'mod+9' },
  { id: 'settings', label: 'Settings', icon: IconSettings, shortcut: 'mod+,' },
];
