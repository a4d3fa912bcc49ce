import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { bridge } from '../../bridge.ts';
import { connectionOf, showHost, useHostsState, useShownHostId } from '../../stores/hosts.ts';
import { attempt, say } from '../../stores/notices.ts';
import { useView } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { addressOf } from '../hosts/destination.ts';
import { describeConnectionState } from '../hosts/text.ts';
import { ConnectionTest } from './connection-test.tsx';
import { HostEditor } from './host-editor.tsx';
import { askToRemoveHost, editHost, hostRemoved, importedFrom, moreForHost, removeHost, TEXT, testHost } from './text.ts';

/** The saved hosts, with buttons to add, edit, test and remove them. */
export function HostsCard() {
  const hosts = useHostsState().hosts.filter((host) => host.kind === 'ssh');
  const setAddHostOpen = useView((view) => view.setAddHostOpen);
  const [edited, setEdited] = useState<HostProfile | null>(null);
  const [tested, setTested] = useState<HostProfile | null>(null);
  return (
    <Card
      title={TEXT.hosts}
      aside={
        <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setAddHostOpen(true)}>
          {TEXT.addOrImport}
        </Button>
      }
    >
      {hosts.length === 0 ? (
        <p className="ada-quiet">{TEXT.noHosts}</p>
      ) : (
        <ul className="ada-rows">
          {hosts.map((host) => (
            <HostRow key={host.id} host={host} onEdit={() => setEdited(host)} onTest={() => setTested(host)} />
          ))}
        </ul>
      )}
      {edited === null ? null : <HostEditor key={edited.id} profile={edited} onClose={() => setEdited(null)} />}
      {tested === null ? null : <ConnectionTest key={tested.id} profile={tested} onClose={() => setTested(null)} />}
    </Card>
  );
}

interface HostRowProps {
  readonly host: HostProfile;
  readonly onEdit: () => void;
  readonly onTest: () => void;
}

function HostRow({ host, onEdit, onTest }: HostRowProps) {
  const isShown = useShownHostId() === host.id;
  const state = connectionOf(useHostsState(), host.id);
  const connection = describeConnectionState(state, useNow());
  const askToRemove = (): void => {
    modals.openConfirmModal({
      title: askToRemoveHost(host.label),
      children: <p>{TEXT.removeBody}</p>,
      labels: { confirm: removeHost(host.label), cancel: TEXT.cancel },
      confirmProps: { variant: 'filled', color: 'red.9', size: 'sm' },
      cancelProps: { size: 'sm' },
      onConfirm: () =>
        attempt(async () => {
          await bridge.hosts.remove({ hostId: host.id });
          say('info', hostRemoved(host.label));
        }),
    });
  };
  return (
    <li className="ada-row">
      <span className="ada-row-main">
        <b>{host.label}</b>
        <span className="ada-quiet ada-row-detail">
          {addressOf(host)}
          {host.sshConfigAlias === undefined ? '' : ` · ${importedFrom(host.sshConfigAlias)}`}
        </span>
        {isShown || state.kind !== 'offline' ? <StatusWord tone={connection.tone} word={connection.word} /> : null}
      </span>
      <Group gap={6} wrap="nowrap">
        <Button onClick={onTest} aria-label={testHost(host.label)}>
          {TEXT.test}
        </Button>
        <Button onClick={onEdit} aria-label={editHost(host.label)}>
          {TEXT.edit}
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={moreForHost(host.label)}>
              <IconDots size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => showHost(host.id)}>{TEXT.connect}</Menu.Item>
            <Menu.Item color="red" onClick={askToRemove}>
              {TEXT.remove}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </li>
  );
}
