import type { RunStage, TimeLeft } from '../../../shared/capabilities/images/contract.ts';

/** Fewer reported steps than this share say too little about the rest. */
const MIN_SHARE_SEEN = 0.02;

/** How long one run takes on. */
export interface TimeLeftMeter {
  /** `share` of the run as reported, null = none; returns null while nothing is known. Times in epoch ms. */
  note(progress: { readonly stage: RunStage; readonly share: number | null }, nowMs: number): TimeLeft | null;
}

/** `pastMs`: how long earlier runs like it took from their start at the GPU; null = there were none. */
export function createTimeLeftMeter(pastMs: number | null): TimeLeftMeter {
  let first: { readonly share: number; readonly atMs: number } | null = null;
  let begunAtMs: number | null = null;
  return {
    note: ({ stage, share }, nowMs) => {
      if (stage === 'sent' || stage === 'queued' || stage === 'transfer' || stage === 'saving') return null;
      begunAtMs ??= nowMs;
      if (share !== null && stage === 'generating') {
        first ??= { share, atMs: nowMs };
        const seen = share - first.share;
        if (seen >= MIN_SHARE_SEEN) {
          return { leftMs: Math.round(((nowMs - first.atMs) * Math.max(0, 1 - share)) / seen), from: 'steps', asOf: nowMs };
        }
      }
      const leftMs = pastMs === null ? 0 : pastMs - (nowMs - begunAtMs);
      return leftMs > 0 ? { leftMs: Math.round(leftMs), from: 'past', asOf: nowMs } : null;
    },
  };
}
