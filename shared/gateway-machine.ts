import type { GatewayProfile } from './capabilities/gateway/contract.ts';
import type { HostProfile } from './capabilities/hosts/contract.ts';
import { parseAddress } from './gateway-address.ts';

const MACHINE_ITSELF = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Whether a host name means the machine that connects to it. */
export const isMachineItself = (hostName: string): boolean => MACHINE_ITSELF.test(hostName);

/**
 * The host of the list that is the gateway's own machine: the one with the name in its address, else the one that it is reached through;
 * null = none is known.
 */
export function gatewayMachineOf(
  { address, via }: Pick<GatewayProfile, 'address' | 'via'>,
  hosts: readonly Pick<HostProfile, 'id' | 'hostName'>[],
): string | null {
  const name = parseAddress(address)?.hostName.toLowerCase() ?? '';
  const named = isMachineItself(name) ? undefined : hosts.find(({ hostName }) => hostName.toLowerCase() === name);
  return named?.id ?? (via.kind === 'ssh' ? via.hostId : null);
}
