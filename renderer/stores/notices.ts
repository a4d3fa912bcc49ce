import { create } from 'zustand';
import type { Notice } from '../../shared/capabilities/app/contract.ts';
import { toPanelError } from '../../shared/errors.ts';
import { bridge } from '../bridge.ts';

const MAX_KEPT = 200;

interface NoticesStore {
  /** Newest last. */
  readonly notices: readonly Notice[];
  /** Notices with a higher time than this have not been looked at. */
  readonly seenAt: number;
}

const useNoticesStore = create<NoticesStore>(() => ({ notices: [], seenAt: 0 }));
// Ids of the main process's notices count up from 1; ids of the page's notices count down, so that they never meet.
let nextOwnId = -1;

/** Recent notices, newest last. */
export function useNotices(): readonly Notice[] {
  return useNoticesStore((store) => store.notices);
}

/** What a notice says; with its host where there are several. */
export function describeNotice({ message, hostLabel }: Notice, hostCount: number): string {
  return hostLabel === null || hostCount < 2 || message.includes(hostLabel) ? message : `${hostLabel}: ${message}`;
}

/** The number of warnings and errors since the list was last opened. */
export function useUnseenProblems(): number {
  return useNoticesStore((store) => store.notices.filter((notice) => notice.at > store.seenAt && isProblem(notice)).length);
}

function isProblem(notice: Notice): boolean {
  return notice.tone === 'bad' || notice.tone === 'warning';
}

/** The list was opened: nothing in it is new any more. */
export function markNoticesSeen(): void {
  useNoticesStore.setState({ seenAt: Date.now() });
}

function add(notices: readonly Notice[]): void {
  useNoticesStore.setState((store) => {
    const known = new Set(store.notices.map((notice) => notice.id));
    const fresh = notices.filter((notice) => !known.has(notice.id));
    if (fresh.length === 0) return store;
    return { notices: [...store.notices, ...fresh].sort((a, b) => a.at - b.at).slice(-MAX_KEPT) };
  });
}

/** Says something in the status line that happened in the window itself. */
export function addNotice(tone: Notice['tone'], message: string): void {
  add([{ id: nextOwnId--, at: Date.now(), tone, message, error: null, hostLabel: null, opens: null }]);
}

/** Says in the status line that something failed; the list behind it has the remedy and the details. */
export function addErrorNotice(thrown: unknown): void {
  const error = toPanelError(thrown);
  // What the operator declined is no failure.
  const tone = error.code === 'not-confirmed' ? 'info' : 'bad';
  add([{ id: nextOwnId--, at: Date.now(), tone, message: error.message, error, hostLabel: null, opens: null }]);
}

/** Runs a call whose failure belongs in the status line and nowhere else. */
export function attempt(run: () => Promise<unknown>): void {
  run().catch(addErrorNotice);
}

/** Reads the notices from before the window opened, then listens; returns the unsubscribe. Call once at start. */
export function startNoticesStore(): () => void {
  const stop = bridge.app.onNoticed((notice) => add([notice]));
  bridge.app.notices().then(add, addErrorNotice);
  return stop;
}
