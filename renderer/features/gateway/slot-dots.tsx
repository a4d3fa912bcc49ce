import type { AdmissionRow } from '../../../shared/capabilities/gateway/contract.ts';
import { describeSlots, describeSlotsInUse } from './text.ts';

const MAX_DOTS = 12;

/** One dot for each slot, filled while the slot is in use; numbers beyond 12 slots. */
export function SlotDots({ row, isStale }: { readonly row: AdmissionRow; readonly isStale: boolean }) {
  const { limit, inflight } = row;
  const words = describeSlots(row);
  if (limit === null || inflight === null || limit > MAX_DOTS) return <span className="ada-number">{words}</span>;
  return (
    <span className="gateway-dots" data-stale={isStale || undefined} role="img" aria-label={describeSlotsInUse(words)}>
      {[...Array(limit).keys()].map((slot) => (
        <span key={slot} className="gateway-dot" data-taken={slot < inflight || undefined} />
      ))}
    </span>
  );
}
