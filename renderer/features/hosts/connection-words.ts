import type { ConnectionState } from '../../../shared/capabilities/hosts/contract.ts';
import { describeConnection } from '../../../shared/diagnosis/connection.ts';
import { type Tone, toneOf } from '../../ui/tone.tsx';

/** A connection as it is drawn: a tone, its state, and a short fact that may change every second. */
export interface ConnectionWords {
  readonly tone: Tone;
  readonly word: string;
  readonly detail: string;
}

export function connectionWords(state: ConnectionState, nowMs: number): ConnectionWords {
  const { severity, state: word, fact } = describeConnection(state, nowMs);
  return { tone: toneOf(severity), word, detail: fact };
}
