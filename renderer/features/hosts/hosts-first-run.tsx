import { Button, Group } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { LAB_HOSTS } from '../../../shared/lab-hosts.ts';
import { addressOf } from '../../../shared/ssh-destination.ts';
import { showHost, showLab, useHostsState } from '../../stores/hosts.ts';
import { Card } from '../../ui/card.tsx';
import { Page } from '../../ui/page.tsx';
import { AddHostField } from './add-host.tsx';
import { SshConfigList } from './ssh-config-list.tsx';
import { connectTo, TEXT } from './text.ts';

/** Shown while no host is selected: saved hosts, a new address, the labs, and ~/.ssh/config. */
export function HostsFirstRun() {
  const hosts = useHostsState().hosts.filter((host) => host.kind === 'ssh');
  return (
    <Page title={TEXT.firstRunTitle} state={TEXT.firstRunState}>
      {hosts.length === 0 ? null : (
        <Card title={TEXT.yourHosts}>
          <ul className="ada-rows">
            {hosts.map((host) => (
              <li key={host.id} className="ada-row">
                <span className="ada-row-main">
                  <b>{host.label}</b>
                  <span className="ada-quiet">{addressOf(host)}</span>
                </span>
                <Button onClick={() => showHost(host.id)} aria-label={connectTo(host.label)}>
                  {TEXT.connect}
                </Button>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <div className="ada-columns">
        <Card title={TEXT.sshAddress}>
          <AddHostField />
          <p className="ada-quiet ada-below">{TEXT.sshAddressHint}</p>
        </Card>
        <Card title={TEXT.tryLabTitle}>
          <p className="ada-quiet">{TEXT.tryLabBody}</p>
          <Group mt="sm">
            {LAB_HOSTS.map(({ id, isBare }) => (
              <Button key={id} size="sm" leftSection={<IconFlask size={16} aria-hidden />} onClick={() => showLab(id)}>
                {isBare ? TEXT.tryBareLab : TEXT.tryLab}
              </Button>
            ))}
          </Group>
        </Card>
      </div>
      <Card title={TEXT.fromSshConfig}>
        <SshConfigList />
      </Card>
    </Page>
  );
}
