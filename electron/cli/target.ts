import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { PanelException } from '../../shared/errors.ts';
import { plainText } from '../../shared/plain-text.ts';
import { parseDestination, profileOfDestination } from '../../shared/ssh-destination.ts';
import type { HostList } from '../capabilities/hosts/host-list.ts';
import { importFromSshConfig } from '../capabilities/hosts/ssh-config-import.ts';
import { listSshConfigAliases } from '../foundation/ssh/ssh-config-hosts.ts';
import { unknownHostError } from './errors.ts';

/**
 * The host that a name means: of the panel's list by id or label, then of ~/.ssh/config, then a destination as ssh takes it. Saves nothing.
 * Throws host-unknown, and what the SSH configuration throws.
 */
export async function findHost(
  name: string,
  o: {
    readonly list: Pick<HostList, 'read'>;
    readonly homeFolder: string;
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
): Promise<HostProfile> {
  const hosts = o.list.read();
  const known =
    hosts.find(({ id }) => id === name) ??
    hosts.find(({ label }) => label === name) ??
    hosts.find(({ sshConfigAlias }) => sshConfigAlias === name);
  if (known !== undefined) return known;
  const taken = hosts.map(({ id }) => id);
  const aliases = await listSshConfigAliases(o.homeFolder);
  if (aliases.includes(name)) {
    const { added, failed } = await importFromSshConfig([name], [{ alias: name, alreadyAdded: false }], new Set(taken), o);
    const [profile] = added;
    if (profile !== undefined) return profile;
    const [failure] = failed;
    if (failure !== undefined) throw new PanelException(failure.error);
  }
  const destination = parseDestination(name);
  if (destination !== null) {
    const { user, hostName, port } = destination;
    const same = hosts.find((host) => host.user === user && host.hostName === hostName && host.port === port);
    return same ?? profileOfDestination(destination, taken);
  }
  throw unknownHostError(plainText(name, 60), [...hosts.map(({ label }) => label), ...aliases]);
}
