import './settings.css';
import { Page } from '../../ui/page.tsx';
import { AboutCard } from './about-card.tsx';
import { AppearanceCard } from './appearance-card.tsx';
import { BackendsCard } from './backends-card.tsx';
import { DataCard } from './data-card.tsx';
import { GatewayCard } from './gateway-card.tsx';
import { HostsCard } from './hosts-card.tsx';
import { SshCard } from './ssh-card.tsx';
import { StorageCard } from './storage-card.tsx';

/** Hosts, how the window looks, what is kept, and where. */
export function SettingsPage() {
  return (
    <Page title="Settings" state="Every change is kept at once, on this laptop only.">
      <HostsCard />
      <GatewayCard />
      <BackendsCard />
      <div className="ada-columns">
        <AppearanceCard />
        <SshCard />
      </div>
      <DataCard />
      <StorageCard />
      <AboutCard />
    </Page>
  );
}
