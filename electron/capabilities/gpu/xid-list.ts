import type { XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import { isSamePciAddress } from '../../../shared/pci-address.ts';
import { isFollowerXid } from './xid-words.ts';

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
  if (told === undefined) return [...known, next].sort((a, b) => a.at - b.at).slice(-KEPT);
  if (told.xid !== null || next.xid === null) return known;
  // It keeps its time: it was told of already.
  return known.with(same, { ...next, at: told.at });
}

/** The events, each that only follows another one with the remedy of that one: the nearest on the same card within 10 s. */
export function withCauses(xids: readonly XidEvent[]): readonly XidEvent[] {
  const causes = xids.filter((xid) => !isFollowerXid(xid.xid));
  return xids.map((xid) => {
    if (!isFollowerXid(xid.xid)) return xid;
    const distance = (other: XidEvent): number => Math.abs(other.at - xid.at);
    const [cause] = causes
      .filter((other) => distance(other) <= ONE_LOSS_MS && isSameCard(other, xid))
      .sort((a, b) => distance(a) - distance(b));
    if (cause === undefined) return xid;
    return { ...xid, action: `Caused by ${cause.xid === null ? 'the loss of the GPU' : `Xid ${cause.xid}`}. ${cause.action}` };
  });
}

/** No other kernel line makes an event without a number (see parseXid). */
const isLoss = (xid: XidEvent): boolean => xid.xid === 79 || xid.xid === null;

/** A line that names no card is about any. */
const isSameCard = (a: XidEvent, b: XidEvent): boolean => isSamePciAddress(a.busId, b.busId) !== false;
