import type { Check, Finding } from '../check.ts';
import { skipped } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { GATEWAY_TEXT as TEXT } from './gateway-text.ts';

type Parts = Pick<Check, 'id' | 'title' | 'about'> & Partial<Pick<Check, 'cost' | 'gatewayReads'>>;

/** A check of the gateway, which a host without one has no use for. */
export const gatewayCheck = (
  parts: Parts,
  run: (sources: CheckSources, profile: NonNullable<CheckSources['gateway']['profile']>) => Finding | Promise<Finding>,
): Check => ({
  group: 'gateway',
  layer: 'gateway',
  cost: 'reads',
  ...parts,
  run: (sources) => {
    const { profile } = sources.gateway;
    return profile === null ? skipped(TEXT.noGateway) : run(sources, profile);
  },
});
