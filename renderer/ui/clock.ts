import { useSyncExternalStore } from 'react';
import { createEmitter } from '../../shared/emitter.ts';
import { everyWhileVisible } from './while-visible.ts';

const TICK_MS = 1000;
const ticks = createEmitter();
let stopTicking: (() => void) | null = null;
let nowMs = Date.now();

function tick(): void {
  nowMs = Date.now();
  ticks.emit();
}

function subscribe(listener: () => void): () => void {
  const stop = ticks.on(listener);
  if (stopTicking === null) {
    nowMs = Date.now();
    stopTicking = everyWhileVisible(TICK_MS, tick);
  }
  return () => {
    stop();
    if (ticks.listenerCount > 0) return;
    stopTicking?.();
    stopTicking = null;
  };
}

/** Now, in epoch ms, in steps of a second: one clock for the whole window, so that ages change together. It rests while the window is hidden. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

/** What `derive` makes of {@link useNow}; the component is drawn anew only when that changes, not each second. */
export function useOfNow<T extends string | number | boolean | null>(derive: (nowMs: number) => T): T {
  return useSyncExternalStore(subscribe, () => derive(nowMs));
}
