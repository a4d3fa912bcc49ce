import type { XidEvent } from '../../shared/contract/gpu.ts';

const KEPT = 100;
/** The driver tells one loss in several lines, all within a moment. */
const ONE_LOSS_MS = 10_000;

/**
 * The events with one more, newest last; the same array when it says nothing new. A GPU that falls off the bus is told
 * twice, as "Xid …: 79" and without a number: that is one event, told by the line that has the number.
 */
export function withXid(known: readonly XidEvent[], next: XidEvent): readonly XidEvent[] {
  if (known.some((xid) => xid.at === next.at && xid.text === next.text)) return known;
  const [oldest] = known;
  if (oldest !== undefined && known.length === KEPT && next.at < oldest.at) return known;
  const same = isLoss(next)
    ? known.findIndex((xid) => isLoss(xid) && Math.abs(xid.at - next.at) <= ONE_LOSS_MS && isSameCard(xid, next))
    : -1;
  const told = known[same];
  if (told === undefined) return [...known, next].slice(-KEPT);
  if (told.xid !== null || next.xid === null) return known;
  // It keeps its time: it was told of already.
  return known.with(same, { ...next, at: told.at });
}

/** No other kernel line makes an event without a number (see parseXid). */
const isLoss = (xid: XidEvent): boolean => xid.xid === 79 || xid.xid === null;

/** `0000:21:00`, `00000000:21:00.0` and `21:00.0` are one card; a line that names none is about any. */
function isSameCard(a: XidEvent, b: XidEvent): boolean {
  const [one, other] = [a, b].map(({ busId }) => /([0-9a-f]+:[0-9a-f]+)(?:\.[0-9a-f]+)?$/i.exec(busId)?.[1]?.toLowerCase());
  return one === undefined || other === undefined || one === other;
}
