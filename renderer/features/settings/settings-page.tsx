import './settings.css';
import { useHostProfile } from '../../stores/hosts.ts';
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
  // What is of the host shown begins anew with it; the rest keeps what is being typed.
  const hostId = useHostProfile()?.id ?? '';
  return (
    <Page title="Settings" state="Every change is kept at once, on this laptop only.">
      <HostsCard />
      <GatewayCard key={`gateway ${hostId}`} />
      <BackendsCard key={`backends ${hostId}`} />
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
