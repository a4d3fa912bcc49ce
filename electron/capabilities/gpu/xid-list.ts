import type { XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import { isSamePciAddress } from '../../../shared/pci-address.ts';
import { describeCause } from './text.ts';

/** Xids that always follow another Xid, whose remedy applies. */
const FOLLOWERS: ReadonlySet<number> = new Set([43, 45, 171, 172]);
const isFollowerXid = (xid: number | null): boolean => xid !== null && FOLLOWERS.has(xid);

const MAX_KEPT = 100;
/** The driver reports one loss in several lines within this time. */
const ONE_LOSS_MS = 10_000;

/**
 * The events with one more, newest last; the same array when it is a repetition. The kernel reports a GPU that falls off the bus
 * twice, as "Xid …: 79" and without a number; the event takes the line with the number.
 */
export function withXid(known: readonly XidEvent[], next: XidEvent): readonly XidEvent[] {
  if (known.some((xid) => xid.at === next.at && xid.text === next.text)) return known;
  const [oldest] = known;
  if (oldest !== undefined && known.length === MAX_KEPT && next.at < oldest.at) return known;
  const same = isLoss(next)
    ? known.findIndex((xid) => isLoss(xid) && Math.abs(xid.at - next.at) <= ONE_LOSS_MS && isSameCard(xid, next))
    : -1;
  const reported = known[same];
  if (reported === undefined) return [...known, next].sort((a, b) => a.at - b.at).slice(-MAX_KEPT);
  if (reported.xid !== null || next.xid === null) return known;
  // The event keeps its time, since it was reported already.
  return known.with(same, { ...next, at: reported.at });
}

/** The events, with the remedy of the cause for each that follows another: the nearest on the same card within 10 s. */
export function withCauses(xids: readonly XidEvent[]): readonly XidEvent[] {
  const causes = xids.filter((xid) => !isFollowerXid(xid.xid));
  return xids.map((xid) => {
    if (!isFollowerXid(xid.xid)) return xid;
    const distance = (other: XidEvent): number => Math.abs(other.at - xid.at);
    const [cause] = causes
      .filter((other) => distance(other) <= ONE_LOSS_MS && isSameCard(other, xid))
      .sort((a, b) => distance(a) - distance(b));
    if (cause === undefined) return xid;
    return { ...xid, action: describeCause(cause.xid, cause.action) };
  });
}

/** Only the loss of a GPU has no number (see parseXid). */
const isLoss = (xid: XidEvent): boolean => xid.xid === 79 || xid.xid === null;

/** A line without a card matches every card. */
const isSameCard = (a: XidEvent, b: XidEvent): boolean => isSamePciAddress(a.busId, b.busId) !== false;
