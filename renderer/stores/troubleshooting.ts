import { create } from 'zustand';
import type { AskedError } from '../../shared/capabilities/troubleshooting/contract.ts';
import { type SymptomId, symptomOf } from '../../shared/capabilities/troubleshooting/symptoms.ts';
import type { PanelError } from '../../shared/errors.ts';

/** What the operator asked about. */
export interface Question {
  /** Differs for each question, so that the same one asked later is answered anew. */
  readonly number: number;
  /** What was asked stays about this host. */
  readonly hostId: string;
  readonly symptom: SymptomId;
  /** When it was seen, epoch ms; null = now. */
  readonly at: number | null;
  readonly error: AskedError | null;
}

interface Troubleshooting {
  /** Null = nothing is asked. */
  readonly question: Question | null;
}

const useStore = create<Troubleshooting>(() => ({ question: null }));
let questions = 0;

export const useQuestion = (): Question | null => useStore((store) => store.question);

interface Asked {
  readonly hostId: string;
  readonly symptom: SymptomId;
  readonly at?: number | null;
  readonly error?: AskedError | null;
}

/** Opens the answer to why the host has this symptom. */
export function askWhy({ hostId, symptom, at = null, error = null }: Asked): void {
  questions += 1;
  useStore.setState({ question: { number: questions, hostId, symptom, at, error } });
}

/** The same for an error on the screen; does nothing where it is a sign of no symptom. */
export function askWhyOfError(hostId: string, error: PanelError, at: number | null): void {
  const symptom = symptomOf(error);
  if (symptom === null) return;
  const { code, message, detail } = error;
  askWhy({
    hostId,
    symptom,
    at,
    error: { code: code.slice(0, 100), message: message.slice(0, 2_000), detail: detail?.slice(0, 8_192) ?? null },
  });
}

export const closeAnswer = (): void => useStore.setState({ question: null });
