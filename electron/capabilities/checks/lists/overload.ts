import { OVERLOAD_LIMITS, type OverloadRequest } from '../../../../shared/capabilities/gateway/contract.ts';
import { hasCode } from '../../../../shared/errors.ts';
import { byHand, type Check, type Finding, fail, pass, unknown, warn } from '../check.ts';
import { gatewayCheck } from './gateway-check.ts';
import { readStatus } from './gateway-status.ts';
import { IMAGES_TEXT as TEXT } from './images-text.ts';

/** Long enough that no slot becomes free before the last request arrives. */
const STEPS = 20;

/** One request more than the limit at once: the gateway serves the limit and rejects one with 429 and Retry-After. */
export const OVERLOAD_CHECK: Check = gatewayCheck(
  {
    id: 'overload',
    title: 'Overload',
    cost: 'load',
    about:
      'Of one image request more than the limit at once, the gateway rejects exactly one with 429 and Retry-After; others get 429 meanwhile.',
  },
  async (sources, { imagesClass }) => {
    const { admission } = await readStatus(sources);
    const row = admission?.find(({ backendClass, routeKind }) => backendClass === imagesClass && routeKind === 'images');
    if (row === undefined || row.limit === null) return unknown(TEXT.limitUnknown, byHand(TEXT.setLimit));
    if (row.available !== row.limit) return unknown(TEXT.inUse, byHand(TEXT.waitForSlots));
    const requests = row.limit + 1;
    if (requests > OVERLOAD_LIMITS.maxRequests) return unknown(TEXT.limitTooLarge(row.limit, OVERLOAD_LIMITS.maxRequests));
    const run = await sources.gateway.overload({ backendClass: imagesClass, requests, size: '512x512', steps: STEPS });
    return judgeSplit(run.requests, row.limit, run.verdict?.message ?? '');
  },
);

function judgeSplit(requests: readonly OverloadRequest[], limit: number, message: string): Finding {
  const refused = requests.flatMap((request) => (request.kind === 'refused' ? [request] : []));
  const rejected = refused.filter(({ error }) => hasCode(error, 'gateway-overloaded'));
  const served = requests.filter(({ kind }) => kind === 'passed').length;
  const split = TEXT.overload(served, rejected.length);
  const lines = requests.map((request) =>
    TEXT.request(request.index, request.kind === 'refused' ? request.error.message : request.kind === 'passed' ? 'an image' : request.kind),
  );
  if (served + rejected.length < requests.length) return unknown(TEXT.notRun(message), byHand(TEXT.waitForSlots), ...lines);
  if (served > limit) return fail(TEXT.tooMany(split, limit), byHand(TEXT.setLimit), ...lines);
  if (served < limit) return unknown(TEXT.notRun(message), byHand(TEXT.waitForSlots), split, ...lines);
  const retryAt = rejected.map(({ error }) => Number(error.facts?.['retryAt'])).filter(Number.isFinite);
  if (retryAt.length < rejected.length) return warn(TEXT.noRetryAfter(split), byHand(TEXT.setLimit), ...lines);
  return pass(TEXT.overloadAsExpected(split), ...lines);
}
