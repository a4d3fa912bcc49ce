import { type GatewayRequestLine, need, unknown } from '../evidence.ts';
import { byHand, byRecipe, certain, likely, proofOf, type Rule, ruledOut } from '../rule.ts';
import { liveGateway, STATUS, slotsOf } from './gateway-facts.ts';
import { queueOf } from './jobs.ts';

const RETRY_AFTER_MS = 5_000;

const imagesOf = (lines: readonly GatewayRequestLine[]) => lines.filter(({ path }) => path === '/v1/images/generations');

/** Why the gateway has no free slot. */
export const ADMISSION_RULES: readonly Rule[] = [
  {
    id: 'slots-held-by-hung-requests',
    title: 'Slots held by requests that hang',
    symptoms: ['gateway-429'],
    depth: 'gateway',
    test: (evidence) => {
      const row = slotsOf(liveGateway(evidence));
      if (row?.inflight === undefined || row.inflight === null) return need(unknown('the gateway does not report its slots for images'));
      const queue = queueOf(evidence);
      const fact = `${row.inflight} of ${row.limit ?? '–'} slots in use, InvokeAI: ${queue.text}`;
      if (row.inflight === 0 || queue.inProgress + queue.pending > 0) return ruledOut(fact);
      return likely(`Requests hold ${row.inflight} of ${row.limit ?? '–'} slots while InvokeAI has no job: they hang, for up to 120 s.`, {
        proof: [
          proofOf(STATUS, `${row.backendClass}.images inflight ${row.inflight}, available ${row.available ?? '–'}`),
          proofOf('InvokeAI', queue.text),
        ],
        fix: byHand('Wait 120 s, after which the gateway gives up on them; if they stay, restart the gateway.'),
      });
    },
  },
  {
    id: 'all-slots-busy',
    title: 'All slots in use',
    symptoms: ['gateway-429'],
    depth: 'gateway',
    test: (evidence) => {
      const row = slotsOf(liveGateway(evidence));
      if (row === undefined || row.available === null) return need(unknown('the gateway does not report its slots for images'));
      if (row.available > 0) return ruledOut(`${row.available} of ${row.limit ?? '–'} slots are free now`);
      return certain(`All ${row.limit ?? ''} slots for images are in use, and the gateway has no queue: more requests get 429 at once.`, {
        proof: [proofOf(STATUS, `${row.backendClass}.images limit ${row.limit ?? '–'}, available 0`)],
        fix: byRecipe('gateway', 'Let clients wait as Retry-After says, or raise “Images at a time” if the VRAM allows it.'),
      });
    },
  },
  {
    id: 'limit-of-one',
    title: 'Limit of one image at a time',
    symptoms: ['gateway-429'],
    depth: 'gateway',
    test: (evidence) => {
      const row = slotsOf(liveGateway(evidence));
      if (row?.limit === undefined || row.limit === null) return need(unknown('the gateway does not report its limit for images'));
      if (row.limit > 1) return ruledOut(`the gateway admits ${row.limit} images at once`);
      return likely('The gateway admits one image at a time, which is also its default where no limit is set.', {
        proof: [proofOf(STATUS, `${row.backendClass}.images limit ${row.limit}`)],
        fix: byRecipe('gateway', 'Set “Images at a time” to 2; a deploy of the gateway sets its own number again.'),
      });
    },
  },
  {
    id: 'clients-ignore-retry-after',
    title: 'Clients do not wait after 429',
    symptoms: ['gateway-429'],
    depth: 'client',
    test: (evidence) => {
      const images = imagesOf(need(evidence.gatewayRequests));
      const refused = images.filter(({ status }) => status === 429);
      const early = refused.filter((line, index) => {
        const before = refused[index - 1];
        return before !== undefined && line.at - before.at < RETRY_AFTER_MS;
      });
      const fact = `${refused.length} of the last ${images.length} image requests got 429, ${early.length} of them within 5 s after another`;
      if (early.length < 5) return ruledOut(fact);
      return likely(`Clients repeat requests without waiting as Retry-After says: ${fact}.`, {
        at: refused.at(-1)?.at ?? null,
        proof: refused.slice(-4).map(({ text, at }) => proofOf('requests.jsonl', text, at)),
        fix: byHand('Let clients wait for the 5 s that Retry-After names before they try again.'),
      });
    },
  },
];
