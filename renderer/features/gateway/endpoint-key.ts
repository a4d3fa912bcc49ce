import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';

/** Query key of a gateway: a response from another host, address or route must never be shown for this one. */
export function endpointKey({ hostId, profile }: Pick<GatewayState, 'hostId' | 'profile'>): readonly unknown[] {
  return [hostId, profile?.address, profile?.via];
}
