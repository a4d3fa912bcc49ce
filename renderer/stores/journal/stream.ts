import type { JournalBatch, JournalMark } from '../../../shared/capabilities/journal/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { unpackBatch } from '../../../shared/journal-batch.ts';
import { bridge, bridgeOf } from '../../bridge.ts';
import { asUnits, beginLive, beginPace, intake, type LogSelection, live, onFlushed, redraw, schedule, useJournal } from './journal.ts';
import { TEXT } from './text.ts';

/** Newest lines requested when a stream is opened. */
const BACKLOG = 2000;

/** The followed stream and its host. */
let followed: { readonly hostId: string; readonly streamId: string } | null = null;
let opening = 0;
let acknowledged = 0;
/** Batches that arrived before the answer to `open`. */
let early: JournalBatch[] = [];

const get = useJournal.getState;
const set = useJournal.setState;

function acknowledge(): void {
  if (followed === null || intake.received === acknowledged) return;
  acknowledged = intake.received;
  bridgeOf(followed.hostId)
    .journal.acknowledge({ streamId: followed.streamId, received: acknowledged })
    .catch(() => {
      // A closed stream needs no acknowledgement; a stream state reports its end.
    });
}

// The window slows the stream by acknowledging only the lines it has taken.
onFlushed(acknowledge);

async function closeStream({ hostId, streamId }: NonNullable<typeof followed>): Promise<void> {
  // A host that was removed has closed its streams.
  await bridgeOf(hostId)
    .journal.close({ streamId })
    .catch(() => {});
}

function localMark(kind: JournalMark['kind'], message: string): void {
  live.buffer.appendMark({ kind, at: Date.now(), message });
}

async function open(selection: LogSelection, isAgain: boolean): Promise<void> {
  opening += 1;
  const mine = opening;
  const before = followed;
  followed = null;
  early = [];
  intake.restart();
  acknowledged = 0;
  set({ stream: { kind: 'opening', streamId: '' } });
  try {
    if (before !== null) await closeStream(before);
    const { streamId } = await bridgeOf(selection.hostId).journal.open({ ...asUnits(selection), backlog: BACKLOG });
    const opened = { hostId: selection.hostId, streamId };
    if (mine !== opening) {
      await closeStream(opened);
      return;
    }
    followed = opened;
    beginPace();
    if (isAgain && live.buffer.length > 0) localMark('gap', TEXT.reopened);
    for (const batch of early) if (batch.streamId === streamId) intake.push(batch);
    early = [];
  } catch (thrown) {
    if (mine === opening) set({ stream: { kind: 'failed', streamId: '', error: toPanelError(thrown) } });
  }
  redraw();
}

/** Follows these units instead of the previous ones. */
export function follow(selection: LogSelection): void {
  beginLive();
  set({ selection, isFollowing: true, still: null, isAtBeginning: false, fetchError: null, isHolding: false });
  if (selection.units.length === 0) {
    stopFollowing();
    return;
  }
  void open(selection, false);
}

function stopFollowing(): void {
  opening += 1;
  const before = followed;
  followed = null;
  intake.restart();
  acknowledged = 0;
  if (before !== null) void closeStream(before);
  set((store) => ({ stream: null, version: store.version + 1 }));
}

/** Reopens the stream after a failure; the rows on the screen stay. */
export function followAgain(): void {
  const { selection } = get();
  if (selection !== null && selection.units.length > 0) void open(selection, true);
}

const isOfSelection = (hostId: string): boolean => get().selection?.hostId === hostId;

bridge.journal.onEntries(({ hostId, value: packed }) => {
  if (!isOfSelection(hostId)) return;
  if (followed === null) early.push(unpackBatch(packed));
  if (packed.streamId !== followed?.streamId) return;
  intake.push(unpackBatch(packed));
  schedule();
});
bridge.journal.onStream(({ hostId, value: stream }) => {
  if (isOfSelection(hostId) && (followed === null || stream.streamId === followed.streamId)) set({ stream });
});
