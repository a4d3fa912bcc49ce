import type { AdmissionRow, GatewayProfile } from './capabilities/gateway/contract.ts';
import { parseAddress } from './gateway-address.ts';

const MAX_NAME_CHARS = 200;

/** The gateway as a subject of stored series: another address, or another way to it, is another gateway. */
export function gatewayEndpoint({ address, via }: Pick<GatewayProfile, 'address' | 'via'>): string {
  const parsed = parseAddress(address);
  const url = parsed === null ? address : `${parsed.isPlain ? 'http' : 'https'}://${parsed.hostName}:${parsed.port}${parsed.basePath}`;
  return via.kind === 'ssh' ? `${via.hostId} ${url}` : url;
}

/** Subject of `gateway-slots`: `lab https://127.0.0.1:8800 gpu_heavy.images`. */
export function slotsSubject(
  profile: Pick<GatewayProfile, 'address' | 'via'>,
  row: Pick<AdmissionRow, 'backendClass' | 'routeKind'>,
): string {
  return `${gatewayEndpoint(profile)} ${`${row.backendClass}.${row.routeKind}`.slice(0, MAX_NAME_CHARS)}`;
}

/** Subject of `gateway-requests`: those that this panel sent. The gateway itself does not report how its requests ended. */
export function panelRequestsSubject(profile: Pick<GatewayProfile, 'address' | 'via'>): string {
  return `${gatewayEndpoint(profile)} requests of this panel`;
}
