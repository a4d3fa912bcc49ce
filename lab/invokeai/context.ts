import type { LabFault } from '../base/faults.ts';
import type { Random } from '../base/random.ts';

/** The surroundings of the simulated InvokeAI. Advanced from outside, holds no timers. */
export interface InvokeAiContext {
  readonly random: Random;
  readonly faults: ReadonlySet<LabFault>;
  /** The host's clock, epoch ms. */
  hostNow(): number;
  /** One line of its output. */
  print(line: string): void;
  /** A Socket.IO event; its payload is created only for a listener. */
  emit(event: string, payload: () => Readonly<Record<string, unknown>>): void;
}

/** `YYYY-MM-DD HH:MM:SS.mmm`: UTC, and no word of it. */
export function stampOf(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
