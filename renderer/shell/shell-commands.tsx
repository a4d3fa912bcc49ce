import {
  IconBell,
  IconDeviceDesktop,
  IconFlask,
  IconFolder,
  IconMoon,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlus,
  IconRefresh,
  IconServer,
  IconSun,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { HostsState } from '../../shared/capabilities/hosts/contract.ts';
import { bridge, bridgeOf } from '../bridge.ts';
import { type Command, useCommands } from '../commands/commands.ts';
import { PAGES } from '../pages.tsx';
import { useHostId } from '../stores/host-context.tsx';
import { connectionOf, showHost, showLab, useHostsState } from '../stores/hosts.ts';
import { attempt, markNoticesSeen } from '../stores/notices.ts';
import { refreshServices } from '../stores/services.ts';
import { updateSettings } from '../stores/settings.ts';
import { setPage, useView } from '../stores/view.ts';

const GO_TO: readonly Command[] = PAGES.map(({ id, label, shortcut, icon, summary }) => ({
  id: `go-${id}`,
  group: 'Go to',
  title: label,
  words: [summary],
  shortcut,
  icon,
  run: () => setPage(id),
}));

const WINDOW: readonly Command[] = [
  theme('auto', 'Theme: system', IconDeviceDesktop),
  theme('dark', 'Theme: dark', IconMoon),
  theme('light', 'Theme: light', IconSun),
  {
    id: 'notices',
    group: 'Window',
    title: 'Show notices',
    words: ['errors', 'log', 'recent'],
    shortcut: 'mod+shift+N',
    icon: IconBell,
    run: () => {
      markNoticesSeen();
      useView.getState().setNoticeListOpen(true);
    },
  },
  {
    id: 'log-folder',
    group: 'Window',
    title: 'Open log folder',
    icon: IconFolder,
    run: () => attempt(() => bridge.app.showLogFolder()),
  },
];

function theme(colorScheme: 'auto' | 'dark' | 'light', title: string, icon: Command['icon']): Command {
  const run = (): void => void updateSettings({ appearance: { colorScheme } });
  return {
    id: `theme-${colorScheme}`,
    group: 'Window',
    title,
    words: ['appearance', 'colours'],
    run,
    ...(icon === undefined ? {} : { icon }),
  };
}

/** The commands about hosts and the connection that apply now. */
export function hostCommands(state: HostsState, hostId: string | null): readonly Command[] {
  const host = state.hosts.find(({ id }) => id === hostId) ?? null;
  const connection = connectionOf(state, hostId).kind;
  const group = 'Host';
  const commands: Command[] = state.hosts
    .filter((known) => known.kind === 'ssh' && known.id !== host?.id)
    .map((known) => ({
      id: `host-${known.id}`,
      group,
      title: `Switch to ${known.label}`,
      words: [known.hostName],
      icon: IconServer,
      run: () => showHost(known.id),
    }));
  if (host !== null && connection === 'offline') {
    commands.push({
      id: 'connect',
      group,
      title: `Connect to ${host.label}`,
      icon: IconPlugConnected,
      run: () => showHost(host.id),
    });
  }
  if (host !== null && connection !== 'offline') {
    commands.push({
      id: 'disconnect',
      group,
      title: `Disconnect from ${host.label}`,
      icon: IconPlugConnectedX,
      run: () => attempt(() => bridge.hosts.disconnect({ hostId: host.id })),
    });
  }
  if (host !== null && (connection === 'reconnecting' || connection === 'blocked')) {
    commands.push({
      id: 'reconnect',
      group,
      title: 'Reconnect now',
      words: ['retry', 'try again'],
      icon: IconRefresh,
      run: () => attempt(() => bridge.hosts.retryNow({ hostId: host.id })),
    });
  }
  if (host !== null && connection === 'online') {
    commands.push(
      {
        id: 'refresh-services',
        group,
        title: 'Refresh services',
        words: ['reload', 'systemctl'],
        icon: IconRefresh,
        run: () => void refreshServices(host.id),
      },
      {
        id: 'retry-gpu',
        group,
        title: 'Refresh GPU',
        words: ['retry', 'nvidia-smi'],
        icon: IconRefresh,
        run: () => attempt(() => bridgeOf(host.id).gpu.retry()),
      },
    );
  }
  commands.push({
    id: 'add-host',
    group,
    title: 'Add host…',
    words: ['ssh', 'new'],
    icon: IconPlus,
    run: () => useView.getState().setAddHostOpen(true),
  });
  if (host?.kind !== 'lab') {
    commands.push({
      id: 'lab',
      group,
      title: 'Try the lab',
      words: ['simulated', 'demo'],
      icon: IconFlask,
      run: () => showLab(),
    });
  }
  return commands;
}

/** Registers the commands of pages, hosts and the window. */
export function ShellCommands() {
  const state = useHostsState();
  const hostId = useHostId();
  useCommands('go-to', GO_TO);
  useCommands(
    'hosts',
    useMemo(() => hostCommands(state, hostId), [state, hostId]),
  );
  useCommands('window', WINDOW);
  return null;
}
