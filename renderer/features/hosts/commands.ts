import {
  IconEdit,
  IconFlask,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlus,
  IconRefresh,
  IconServer,
  IconStethoscope,
  IconTrash,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { HostProfile, HostsState } from '../../../shared/capabilities/hosts/contract.ts';
import { LAB_HOSTS } from '../../../shared/lab-hosts.ts';
import { addressOf } from '../../../shared/ssh-destination.ts';
import { bridge } from '../../bridge.ts';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { connectionOf, showHost, showLab, useHostsState } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { setPage, useView } from '../../stores/view.ts';

type Entry = Omit<Command, 'group'>;

/** What can be done with the entry of a host in the list. */
function entriesOf(host: HostProfile): readonly Entry[] {
  const toSettings = (intent: string) => (): void => setPage('settings', { section: 'settings-hosts', intent, subject: host.id });
  const words = `${addressOf(host)} server machine ssh`;
  return [
    {
      id: `edit-host-${host.id}`,
      title: `Edit host ${host.label}…`,
      words: `${words} change address user port rename key jump`,
      icon: IconEdit,
      isResult: true,
      run: toSettings('edit-host'),
    },
    {
      id: `test-host-${host.id}`,
      title: `Test connection to ${host.label}…`,
      words: `${words} check diagnose ping`,
      icon: IconStethoscope,
      isResult: true,
      run: toSettings('test-host'),
    },
    {
      id: `remove-host-${host.id}`,
      title: `Remove host ${host.label}…`,
      words: `${words} delete forget`,
      icon: IconTrash,
      isResult: true,
      run: toSettings('remove-host'),
    },
  ];
}

function connectionEntries(state: HostsState, host: HostProfile): readonly Entry[] {
  const connection = connectionOf(state, host.id).kind;
  const isOffline = connection === 'offline';
  return [
    isOffline
      ? {
          id: 'connect',
          title: `Connect to ${host.label}`,
          words: 'open log in ssh online',
          icon: IconPlugConnected,
          run: () => showHost(host.id),
        }
      : {
          id: 'disconnect',
          title: `Disconnect from ${host.label}`,
          words: 'close log out logout ssh offline end',
          icon: IconPlugConnectedX,
          run: () => attempt(() => bridge.hosts.disconnect({ hostId: host.id })),
        },
    {
      id: 'reconnect',
      title: 'Reconnect now',
      words: 'retry try again ssh connection',
      icon: IconRefresh,
      unavailable: connection === 'online' ? 'Already connected' : isOffline ? 'Not connected' : null,
      run: () => attempt(() => bridge.hosts.retryNow({ hostId: host.id })),
    },
  ];
}

/** Commands about the list of hosts and the connection; `hostId` is the host shown. */
export function hostCommands(state: HostsState, hostId: string | null): readonly Command[] {
  const host = state.hosts.find(({ id }) => id === hostId) ?? null;
  const known = state.hosts.filter(({ kind }) => kind === 'ssh');
  return inGroup('Host', [
    ...known
      .filter(({ id }) => id !== hostId)
      .map((other) => ({
        id: `host-${other.id}`,
        title: `Switch to ${other.label}`,
        words: `${addressOf(other)} connect server machine ssh`,
        icon: IconServer,
        run: () => showHost(other.id),
      })),
    ...(host === null ? [] : connectionEntries(state, host)),
    {
      id: 'add-host',
      title: 'Add host…',
      words: 'ssh new server machine connect import config',
      icon: IconPlus,
      run: () => useView.getState().setAddHostOpen(true),
    },
    {
      id: 'manage-hosts',
      title: 'Manage hosts',
      words: 'edit remove delete test list servers machines ssh',
      icon: IconServer,
      run: () => setPage('settings', { section: 'settings-hosts' }),
    },
    ...known.flatMap(entriesOf),
    ...LAB_HOSTS.map((lab) => ({
      id: lab.id,
      title: lab.isBare ? 'Open the bare lab' : 'Open the lab',
      words: lab.isBare ? 'simulated demo try setup install new' : 'simulated demo try example',
      icon: IconFlask,
      unavailable: host?.id === lab.id ? 'Already open' : null,
      run: () => showLab(lab.id),
    })),
  ]);
}

/** Commands about hosts; on every page. */
export function useHostCommands(): readonly Command[] {
  const state = useHostsState();
  const hostId = useHostId();
  return useMemo(() => hostCommands(state, hostId), [state, hostId]);
}
