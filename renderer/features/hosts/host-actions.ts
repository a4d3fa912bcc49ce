import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { PanelException } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { showHost } from '../../stores/hosts.ts';

/** Adds a host and connects to it. Throws PanelException. */
export async function addAndConnect(profile: HostProfile): Promise<void> {
  const saved = await bridge.hosts.save({ profile });
  showHost(saved.id);
}

/** Adds one host of ~/.ssh/config and connects to it. Throws PanelException. */
export async function importAndConnect(alias: string): Promise<void> {
  const { added, failed } = await bridge.hosts.importAliases({ aliases: [alias] });
  const [failure] = failed;
  if (failure !== undefined) throw new PanelException(failure.error);
  const [profile] = added;
  if (profile !== undefined) showHost(profile.id);
}
