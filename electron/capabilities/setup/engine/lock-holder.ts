import { plainText } from '../../../../shared/plain-text.ts';
import type { HostAnswers, ReadRequest } from '../../../foundation/host-reader/answers.ts';

/** Who runs a setup on a host. */
export interface LockHolder {
  /** Identifies the panel and its run. */
  readonly token: string;
  /** Words for other operators: who, from where, since when, what. */
  readonly text: string;
  /** Since the holder last proved that it is at work. */
  readonly ageS: number;
}

/** Anyone may read the lock. */
export const LOCK_REQUEST: ReadRequest = 'lock';

/** The holder by the answer to {@link LOCK_REQUEST}; null = nobody, or not reported. */
export const findHolder = (answers: HostAnswers): LockHolder | null => readHolder(answers.get(LOCK_REQUEST)?.lines.join('\n') ?? '');

/** Reads the output of the lock script (docstring of `setupLock`); null = nothing that it prints. */
export function readHolder(output: string): LockHolder | null {
  const lines = output.slice(0, 8192).split('\n');
  const age = lines.map((line) => /^age=(-?\d{1,12})$/.exec(line)?.[1]).find((found) => found !== undefined);
  if (lines.length < 2 || age === undefined) return null;
  return { token: plainText(lines[0] ?? '', 80), text: plainText(lines[1] ?? '', 300), ageS: Math.max(0, Number(age)) };
}
