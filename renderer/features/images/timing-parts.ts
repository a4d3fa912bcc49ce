import type { RunTiming } from '../../../shared/capabilities/images/contract.ts';
import { TIMING_TEXT } from './text.ts';

export interface TimingPart {
  readonly key: 'connect' | 'wait' | 'generate' | 'answer' | 'transfer' | 'save';
  readonly label: string;
  readonly ms: number;
}

/** The parts of a run in their order; parts under 0.5 ms are left out. */
export function timingParts(timing: RunTiming): readonly TimingPart[] {
  const isSplit = timing.generateMs !== null;
  const parts: readonly TimingPart[] = [
    { key: 'connect', label: TIMING_TEXT.connect, ms: timing.connectMs },
    { key: 'wait', label: TIMING_TEXT.wait, ms: timing.waitMs ?? 0 },
    { key: 'generate', label: TIMING_TEXT.generate, ms: timing.generateMs ?? 0 },
    { key: 'answer', label: isSplit ? TIMING_TEXT.network : TIMING_TEXT.waitAndGenerate, ms: timing.answerMs ?? 0 },
    { key: 'transfer', label: TIMING_TEXT.transfer, ms: timing.transferMs },
    { key: 'save', label: TIMING_TEXT.save, ms: timing.saveMs },
  ];
  return parts.filter((part) => part.ms >= 0.5);
}
