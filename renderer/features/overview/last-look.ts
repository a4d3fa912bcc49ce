import { useSyncExternalStore } from 'react';
import { createEmitter } from '../../../shared/emitter.ts';
import { isRecord } from '../../../shared/record.ts';

const KEY = 'ada.looked';
/** A shorter absence is none: the operator only switched to another window. */
const LEAST_ABSENCE_MS = 2 * 60_000;
/** So often the time of the last look is saved while the window is looked at, against a window that is killed. */
const SAVE_INTERVAL_MS = 60_000;

/** When the window was looked at; epoch ms. */
export interface Looks {
  /** The end of the look before the last absence: what came later is news. */
  readonly sinceMs: number;
  /** The last moment at which the window was looked at. */
  readonly lookedAtMs: number;
}

/** The looks after the window is looked at again at `nowMs`; `before` null = the first time ever. */
export function looksAfterReturn(before: Looks | null, nowMs: number): Looks {
  // A clock that was set back makes no absence.
  if (before === null || before.lookedAtMs > nowMs) return { sinceMs: nowMs, lookedAtMs: nowMs };
  const wasAway = nowMs - before.lookedAtMs >= LEAST_ABSENCE_MS;
  return { sinceMs: wasAway ? before.lookedAtMs : before.sinceMs, lookedAtMs: nowMs };
}

/** Saved looks from text of the local storage; null where it is no such text. */
export function parseLooks(text: string | null): Looks | null {
  try {
    const saved: unknown = JSON.parse(text ?? 'null');
    if (!isRecord(saved)) return null;
    const { sinceMs, lookedAtMs } = saved;
    const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
    return isTime(sinceMs) && isTime(lookedAtMs) ? { sinceMs, lookedAtMs } : null;
  } catch {
    return null;
  }
}

const changed = createEmitter();
let looks: Looks | null = null;

function save(next: Looks): void {
  const isNews = next.sinceMs !== looks?.sinceMs;
  looks = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Without local storage it lasts as long as the window.
  }
  if (isNews) changed.emit();
}

const isLookedAt = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

function begin(): Looks {
  let saved: string | null = null;
  try {
    saved = localStorage.getItem(KEY);
  } catch {
    // As if it were the first time.
  }
  const first = looksAfterReturn(parseLooks(saved), Date.now());
  save(first);
  const leave = (): void => {
    if (looks !== null) save({ ...looks, lookedAtMs: Date.now() });
  };
  const look = (): void => {
    if (isLookedAt()) save(looksAfterReturn(looks, Date.now()));
  };
  window.addEventListener('blur', leave);
  window.addEventListener('pagehide', () => isLookedAt() && leave());
  window.addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
  setInterval(look, SAVE_INTERVAL_MS);
  return first;
}

/** The end of the look before the last absence, epoch ms. */
export function useLastLook(): number {
  return useSyncExternalStore(changed.on, () => (looks ?? begin()).sinceMs);
}
