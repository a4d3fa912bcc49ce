import { Menu, VisuallyHidden } from '@mantine/core';
import {
  IconCheck,
  IconChevronDown,
  IconFlask,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlus,
  IconServer,
  IconSettings,
} from '@tabler/icons-react';
import { bridge } from '../../bridge.ts';
import { useConnectionState, useHostsState, useSelectedHost } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { setPage, useView } from '../../stores/view.ts';
import { useNow } from '../../ui/clock.ts';
import { ToneIcon } from '../../ui/tone.tsx';
import { connectionWords } from './connection-words.ts';
import { addressOf } from './destination.ts';

/** Which host is shown, how its connection is, and the way to another one. */
export function HostSwitcher() {
  const { hosts } = useHostsState();
  const host = useSelectedHost();
  const state = useConnectionState();
  const setAddHostOpen = useView((view) => view.setAddHostOpen);
  const { tone, word, detail } = connectionWords(state, useNow());
  const shown = host === null ? 'No host' : host.label;
  // Connected says itself by its round trip; every other state is said in words.
  const said = host === null ? '' : state.kind === 'online' ? detail : `${word}${detail === '' ? '' : ` ${detail}`}`;

  return (
    <>
      <Menu position="bottom-start" width={300}>
        <Menu.Target>
          <button type="button" className="ada-host-button">
            {host === null ? <IconServer size={16} aria-hidden /> : <ToneIcon tone={tone} />}
            <span className="ada-host-label">{shown}</span>
            <span className="ada-host-detail">{said}</span>
            <VisuallyHidden>{host === null ? 'Pick a host' : `${state.kind === 'online' ? word : ''} Change host`}</VisuallyHidden>
            <IconChevronDown size={15} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {hosts.filter((known) => known.kind === 'ssh').length === 0 ? null : <Menu.Label>Hosts</Menu.Label>}
          {hosts
            .filter((known) => known.kind === 'ssh')
            .map((known) => (
              <Menu.Item
                key={known.id}
                leftSection={<IconServer size={16} aria-hidden />}
                rightSection={known.id === host?.id ? <IconCheck size={15} aria-label="shown" /> : undefined}
                onClick={() => attempt(() => bridge.hosts.select({ hostId: known.id }))}
              >
                {known.label} <span className="ada-quiet">{addressOf(known)}</span>
              </Menu.Item>
            ))}
          <Menu.Item
            leftSection={<IconFlask size={16} aria-hidden />}
            rightSection={host?.kind === 'lab' ? <IconCheck size={15} aria-label="shown" /> : undefined}
            onClick={() => attempt(() => bridge.hosts.startLab())}
          >
            Lab <span className="ada-quiet">simulated host</span>
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAddHostOpen(true)}>
            Add host…
          </Menu.Item>
          {host === null ? null : state.kind === 'offline' ? (
            <Menu.Item
              leftSection={<IconPlugConnected size={16} aria-hidden />}
              onClick={() => attempt(() => bridge.hosts.select({ hostId: host.id }))}
            >
              Connect to {host.label}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconPlugConnectedX size={16} aria-hidden />} onClick={() => attempt(() => bridge.hosts.disconnect())}>
              Disconnect
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconSettings size={16} aria-hidden />} onClick={() => setPage('settings')}>
            Manage hosts
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {host?.kind === 'lab' ? (
        <span className="ada-lab-badge" title="A simulated host inside Ada Panel">
          Lab
        </span>
      ) : null}
    </>
  );
}
