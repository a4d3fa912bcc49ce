import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { addressOf } from '../../../shared/ssh-destination.ts';
import { bridge } from '../../bridge.ts';
import { connectionOf, showHost, useHostsState, useShownHostId } from '../../stores/hosts.ts';
import { addNotice, attempt } from '../../stores/notices.ts';
import { usePageIntent, useView } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { confirmFirst } from '../../ui/confirm.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeConnectionState } from '../hosts/text.ts';
import { ConnectionTest } from './connection-test.tsx';
import { HostEditor } from './host-editor.tsx';
import { confirmRemoveHost, editHost, hostRemoved, importedFrom, moreForHost, removeHost, TEXT, testHost } from './text.ts';

/** The saved hosts, with buttons to add, edit, test and remove them. */
export function HostsCard() {
  const hosts = useHostsState().hosts.filter((host) => host.kind === 'ssh');
  const setAddHostOpen = useView((view) => view.setAddHostOpen);
  const [edited, setEdited] = useState<HostProfile | null>(null);
  const [tested, setTested] = useState<HostProfile | null>(null);
  const about = (run: (host: HostProfile) => void) => (hostId: string | undefined) => {
    const host = hosts.find(({ id }) => id === hostId);
    if (host !== undefined) run(host);
  };
  usePageIntent({ 'edit-host': about(setEdited), 'test-host': about(setTested), 'remove-host': about(confirmRemove) });
  return (
    <Card
      title={TEXT.hosts}
      anchor="settings-hosts"
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

function confirmRemove(host: HostProfile): void {
  confirmFirst({
    title: confirmRemoveHost(host.label),
    consequence: TEXT.removeBody,
    action: removeHost(host.label),
    onConfirm: () =>
      attempt(async () => {
        await bridge.hosts.remove({ hostId: host.id });
        addNotice('info', hostRemoved(host.label));
      }),
  });
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
            <Menu.Item color="red" onClick={() => confirmRemove(host)}>
              {TEXT.remove}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </li>
  );
}
