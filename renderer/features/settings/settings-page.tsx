import './settings.css';
import { useHostProfile } from '../../stores/hosts.ts';
import { Page } from '../../ui/page.tsx';
import { AboutCard } from './about-card.tsx';
import { AppearanceCard } from './appearance-card.tsx';
import { BackendsCard } from './backends-card.tsx';
import { DataCard } from './data-card.tsx';
import { GatewayCard } from './gateway-card.tsx';
import { HostsCard } from './hosts-card.tsx';
import { HuggingFaceCard } from './hugging-face-card.tsx';
import { SshCard } from './ssh-card.tsx';
import { StorageCard } from './storage-card.tsx';
import { TEXT } from './text.ts';

/** Hosts, gateway, backends, appearance, SSH, history and storage. */
export function SettingsPage() {
  // The cards about the selected host remount with it; the others keep unfinished input.
  const hostId = useHostProfile()?.id ?? '';
  return (
    <Page title={TEXT.pageTitle} state={TEXT.pageState}>
      <HostsCard />
      <GatewayCard key={`gateway ${hostId}`} />
      <BackendsCard key={`backends ${hostId}`} />
      <HuggingFaceCard key={`hugging-face ${hostId}`} />
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
