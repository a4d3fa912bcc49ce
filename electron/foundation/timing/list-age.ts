import { monotonicMs } from '../../../shared/monotonic.ts';

/** How old a list is that is read now and then, and anew after a change. */
export interface ListAge {
  /** Whether it is to be read. */
  isDue(): boolean;
  /** Call it before the read, and its result after the read: a list that changed meanwhile is due again. */
  reading(): () => void;
  changed(): void;
}

export function createListAge(everyMs: number, nowMs: () => number = monotonicMs): ListAge {
  let readAtMs = Number.NEGATIVE_INFINITY;
  let changes = 0;
  return {
    isDue: () => nowMs() - readAtMs >= everyMs,
    reading: () => {
      const before = changes;
      return () => {
        if (before === changes) readAtMs = nowMs();
      };
    },
    changed: () => {
      changes += 1;
      readAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}
