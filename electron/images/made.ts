import type { RunTiming } from '../../shared/contract/images.ts';

/** What a way brings back. */
export interface Made {
  readonly pictures: readonly Buffer[];
  readonly modelUsed: string | null;
  readonly seeds: readonly number[];
  readonly scheduler: string | null;
  readonly notes: readonly string[];
  readonly requestId: string | null;
  readonly headers: readonly (readonly [string, string])[];
  /** Without saving, which comes after it. */
  readonly timing: Omit<RunTiming, 'saveMs' | 'totalMs'>;
}
