import type { Way, WayState } from '../../../shared/capabilities/images/contract.ts';
import { useGatewayState } from '../../stores/gateway.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { freeSlotsInWords, imagesRow } from '../gateway/words.ts';

/** Whether a route can be used now; free slots come from the gateway's own state, as everywhere. */
export function WayLine({ way, state }: { readonly way: Way; readonly state: WayState | undefined }) {
  const gateway = useGatewayState();
  if (state === undefined) return <StatusWord tone="busy" word="Checking" quiet />;
  const freeSlots = way === 'gateway' && state.isReady ? freeSlotsInWords(imagesRow(gateway)) : null;
  return <StatusWord tone={state.isReady ? 'good' : 'warning'} word={freeSlots ?? state.said} quiet />;
}
