import { Menu } from '@mantine/core';
import { IconCheck, IconFlask, IconPlugConnected, IconPlugConnectedX, IconPlus, IconServer, IconSettings } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { LAB_HOSTS } from '../../../shared/lab-hosts.ts';
import { addressOf } from '../../../shared/ssh-destination.ts';
import { bridge } from '../../bridge.ts';
import { showHost, showLab, useConnectionState, useHostProfile, useHostsState } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { setPage, useView } from '../../stores/view.ts';
import { connectTo, TEXT } from './text.ts';

/** The menu under the host's name; `isOpen`: the operator clicked before its code was loaded. */
export function HostMenu({ isOpen, children }: { readonly isOpen: boolean; readonly children: ReactNode }) {
  const { hosts } = useHostsState();
  const host = useHostProfile();
  const state = useConnectionState();
  const setAddHostOpen = useView((view) => view.setAddHostOpen);
  return (
    <Menu position="bottom-start" width={300} defaultOpened={isOpen}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {hosts.filter((known) => known.kind === 'ssh').length === 0 ? null : <Menu.Label>{TEXT.menuHosts}</Menu.Label>}
        {hosts
          .filter((known) => known.kind === 'ssh')
          .map((known) => (
            <Menu.Item
              key={known.id}
              leftSection={<IconServer size={16} aria-hidden />}
              rightSection={known.id === host?.id ? <IconCheck size={15} aria-label={TEXT.menuShown} /> : undefined}
              onClick={() => showHost(known.id)}
            >
              {known.label} <span className="ada-quiet">{addressOf(known)}</span>
            </Menu.Item>
          ))}
        {LAB_HOSTS.map((lab) => (
          <Menu.Item
            key={lab.id}
            leftSection={<IconFlask size={16} aria-hidden />}
            rightSection={lab.id === host?.id ? <IconCheck size={15} aria-label={TEXT.menuShown} /> : undefined}
            onClick={() => showLab(lab.id)}
          >
            {lab.label} <span className="ada-quiet">{lab.isBare ? TEXT.bareLabNote : TEXT.labNote}</span>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAddHostOpen(true)}>
          {TEXT.addHost}
        </Menu.Item>
        {host === null ? null : state.kind === 'offline' ? (
          <Menu.Item leftSection={<IconPlugConnected size={16} aria-hidden />} onClick={() => showHost(host.id)}>
            {connectTo(host.label)}
          </Menu.Item>
        ) : (
          <Menu.Item
            leftSection={<IconPlugConnectedX size={16} aria-hidden />}
            onClick={() => attempt(() => bridge.hosts.disconnect({ hostId: host.id }))}
          >
            {TEXT.disconnect}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconSettings size={16} aria-hidden />} onClick={() => setPage('settings')}>
          {TEXT.manageHosts}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
