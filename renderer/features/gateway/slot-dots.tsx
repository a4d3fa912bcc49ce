import type { AdmissionRow } from '../../../shared/capabilities/gateway/contract.ts';
import { slotsInWords } from './words.ts';

const MOST_DOTS = 12;

/** One dot a slot, filled where it is taken. Beyond a dozen, numbers say it better. */
export function SlotDots({ row, isStale }: { readonly row: AdmissionRow; readonly isStale: boolean }) {
  const { limit, inflight } = row;
  const words = slotsInWords(row);
  if (limit === null || inflight === null || limit > MOST_DOTS) return <span className="ada-number">{words}</span>;
  return (
    <span className="gateway-dots" data-stale={isStale || undefined} role="img" aria-label={`${words} slots taken`}>
      {[...Array(limit).keys()].map((slot) => (
        <span key={slot} className="gateway-dot" data-taken={slot < inflight || undefined} />
      ))}
    </span>
  );
}
