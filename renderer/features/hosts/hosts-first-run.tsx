import { Button } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { showHost, showLab, useHostsState } from '../../stores/hosts.ts';

import { Card } from '../../ui/card.tsx';
import { Page } from '../../ui/page.tsx';
import { AddHostField } from './add-host.tsx';
import { addressOf } from './destination.ts';
import { SshConfigList } from './ssh-config-list.tsx';

/** Shown while no host is picked: three ways to a live chart, none of which installs anything on a host. */
export function HostsFirstRun() {
  const hosts = useHostsState().hosts.filter((host) => host.kind === 'ssh');
  return (
    <Page title="Which machine do you look after?" state="Ada Panel watches it over SSH. Nothing is installed there to watch it.">
      {hosts.length === 0 ? null : (
        <Card title="Your hosts">
          <ul className="ada-rows">
            {hosts.map((host) => (
              <li key={host.id} className="ada-row">
                <span className="ada-row-main">
                  <b>{host.label}</b>
                  <span className="ada-quiet">{addressOf(host)}</span>
                </span>
                <Button onClick={() => showHost(host.id)} aria-label={`Connect to ${host.label}`}>
                  Connect
                </Button>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <div className="ada-columns">
        <Card title="Type where it is">
          <AddHostField />
          <p className="ada-quiet ada-below">
            As for ssh. Keys come from your agent and ~/.ssh; the host key is shown to you before anything is sent.
          </p>
        </Card>
        <Card title="Or try the lab">
          <p className="ada-quiet">
            A simulated host inside Ada Panel: a GPU that is busy, services that can be stopped, logs that run. It is always marked “Lab”.
          </p>
          <Button mt="sm" size="sm" leftSection={<IconFlask size={16} aria-hidden />} onClick={() => showLab()}>
            Try the lab
          </Button>
        </Card>
      </div>
      <Card title="From ~/.ssh/config">
        <SshConfigList />
      </Card>
    </Page>
  );
}
