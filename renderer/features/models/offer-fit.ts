import type { HfLogin } from '../../../shared/capabilities/models/contract.ts';
import type { HubDetails, HubOffer } from '../../../shared/capabilities/models/hub-contract.ts';
import { describeTooLarge, HUB_TEXT } from './hub-text.ts';
import type { Needs } from './needs.ts';
import { describeShortage } from './text.ts';

const MIB = 1024 ** 2;

/** Why an offer cannot be installed, and what to know of it before. */
export interface OfferFit {
  /** Null = it can be. */
  readonly obstacle: string | null;
  readonly warning: string | null;
}

/**
 * Whether an offer fits disk and GPU. A part is loaded as a whole, in half precision at best: one that does not fit even so cannot be
 * used. `freeBytes`, `vramMiB` null = unknown.
 */
export function fitOf(
  offer: HubOffer,
  o: { readonly freeBytes: number | null; readonly vramMiB: number | null; readonly needs: Needs },
): OfferFit {
  const vramBytes = o.vramMiB === null ? null : o.vramMiB * MIB;
  // What is known of the size can be too much already.
  const least = offer.bytes === null ? o.needs.bytes : offer.bytes + (o.needs.bytes ?? 0);
  const part = offer.largestPartBytes;
  const isTooLarge = part !== null && vramBytes !== null && part / 2 > vramBytes;
  const isTight = part !== null && vramBytes !== null && part > vramBytes;
  return {
    obstacle: describeShortage(least, o.freeBytes) ?? (isTooLarge ? describeTooLarge(part, vramBytes, true) : null),
    warning: isTight && !isTooLarge ? describeTooLarge(part, vramBytes, false) : offer.isPickle ? HUB_TEXT.pickle : null,
  };
}

/** Whether InvokeAI may fetch a gated repository: with a token of its own, or with one that was typed for this download. */
export function isAllowed(details: Pick<HubDetails, 'model'>, login: HfLogin | undefined, hasTypedToken: boolean): boolean {
  const isOpen = details.model.gated === 'no' && !details.model.isPrivate;
  return isOpen || hasTypedToken || login === 'valid' || login === 'unknown';
}

/** The offer that a source names, else the first one that fits; null where there are none. */
export function chosenOffer(offers: readonly HubOffer[], source: string | null, fits: (offer: HubOffer) => boolean): HubOffer | null {
  return offers.find((offer) => offer.source === source) ?? offers.find(fits) ?? offers[0] ?? null;
}
