import { everyWhileVisible } from '../ui/while-visible.ts';
import { onShownHost } from './hosts.ts';

/** A missed push heals within this time. */
const RECONCILE_INTERVAL_MS = 15_000;

const readers = new Set<(hostId: string) => Promise<void>>();
let shownHostId: string | null = null;

function readOf(hostId: string, read: (hostId: string) => Promise<void>): void {
  // A round that fails is made up for by the next one, or by a push before it.
  read(hostId).catch(() => {});
}

function readAll(): void {
  if (shownHostId === null) return;
  for (const read of readers) readOf(shownHostId, read);
}

/** Reads the state of the host shown now, of each that is shown later, and slowly again. For stores that live as long as the window. */
export function readWhenShown(read: (hostId: string) => Promise<void>): void {
  readers.add(read);
  if (shownHostId !== null) readOf(shownHostId, read);
}

/** Begins to read; returns what ends it. Call once at start. */
export function startReconciling(): () => void {
  const stop = onShownHost((hostId) => {
    shownHostId = hostId;
    readAll();
  });
  const stopRounds = everyWhileVisible(RECONCILE_INTERVAL_MS, readAll);
  return () => {
    stopRounds();
    stop();
  };
}
