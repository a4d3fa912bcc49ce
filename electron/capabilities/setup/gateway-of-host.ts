import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { parseAddress } from '../../../shared/gateway-address.ts';
import { isMachineItself } from '../../../shared/gateway-machine.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { GatewayOfHost } from './api/operation.ts';

/** Where there is no Gateway page, such as in a terminal. */
export const NO_GATEWAY: GatewayOfHost = {
  kind: 'unusable',
  reason: 'the token of the gateway is in the panel; apply on the Setup page there, or generate an image in its Playground',
};

interface Host {
  readonly hostId: string;
  /** As SSH connects to it. */
  readonly hostName: string;
}

/** The gateway of a host's Gateway page, where it is known to run on that host. */
export function gatewayOfHost(gateway: Pick<Gateway, 'state' | 'request'>, host: Host): GatewayOfHost {
  const state = gateway.state();
  const reason = whyUnusable(state, host);
  if (reason !== null) return { kind: 'unusable', reason };
  return { kind: 'usable', address: state.profile?.address ?? '', client: gateway };
}

function whyUnusable({ profile, hasToken }: Pick<GatewayState, 'profile' | 'hasToken'>, { hostId, hostName }: Host): string | null {
  if (profile === null) return 'set up this gateway on the Gateway page of this host, with its token';
  const name = parseAddress(profile.address)?.hostName.toLowerCase() ?? '';
  const isItself = isMachineItself(name);
  const isHere = isItself ? profile.via.kind === 'ssh' && profile.via.hostId === hostId : isSameName(name, hostName.toLowerCase());
  if (!isHere)
    return `the Gateway page of this host has ${profile.address}, which may be another host; set up an address of ${hostName} there, or localhost via SSH`;
  return hasToken ? null : 'enter the token of the gateway on the Gateway page of this host';
}

const IP_ADDRESS = /^[\d.]{1,15}$|:/;

/** Also where one has a domain and the other has none. */
function isSameName(a: string, b: string): boolean {
  if (a === b) return !isMachineItself(a);
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return !IP_ADDRESS.test(long) && !short.includes('.') && long.startsWith(`${short}.`);
}
