import type { HubOffer } from '../../../shared/capabilities/models/hub-contract.ts';

/** What has to be installed before an offer: sources in order, and their bytes together; null = not all sizes are known. */
export interface Needs {
  readonly sources: readonly string[];
  readonly bytes: number | null;
}

export const NO_NEEDS: Needs = { sources: [], bytes: 0 };

/** The bytes of an offer with what it needs; null = not known. */
export const bytesWith = (needs: Needs, { bytes }: Pick<HubOffer, 'bytes'>): number | null =>
  bytes === null || needs.bytes === null ? null : bytes + needs.bytes;
