import type { RouteId, RouteState } from '../../../shared/capabilities/images/contract.ts';
import { useGatewayState } from '../../stores/gateway.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { imagesRow } from '../gateway/admission-rows.ts';
import { describeFreeSlots } from '../gateway/text.ts';
import { TEXT } from './text.ts';

/** Whether a route can be used now; free slots come from the gateway's state, as on every page. */
export function RouteLine({ route, state }: { readonly route: RouteId; readonly state: RouteState | undefined }) {
  const gateway = useGatewayState();
  if (state === undefined) return <StatusWord tone="busy" word={TEXT.checkingRoute} quiet />;
  const slots = route === 'gateway' && state.isReady ? imagesRow(gateway) : undefined;
  const freeSlots = describeFreeSlots(slots);
  // A run that is sent now waits for a slot; nothing is wrong.
  const isFull = freeSlots !== null && slots?.available === 0;
  return <StatusWord tone={state.isReady ? (isFull ? 'info' : 'good') : 'bad'} word={freeSlots ?? state.message} quiet />;
}
