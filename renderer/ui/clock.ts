import { useSyncExternalStore } from 'react';
import { createEmitter } from '../../shared/emitter.ts';

const TICK_MS = 1000;
const ticks = createEmitter();
let timer: number | undefined;
let nowMs = Date.now();

function tick(): void {
  nowMs = Date.now();
  ticks.emit();
}

function subscribe(listener: () => void): () => void {
  const stop = ticks.on(listener);
  if (timer === undefined) {
    nowMs = Date.now();
    timer = window.setInterval(tick, TICK_MS);
  }
  return () => {
    stop();
    if (ticks.listenerCount === 0) {
      window.clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Now, in epoch ms, in steps of a second: one clock for the whole window, so that ages change together. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}
