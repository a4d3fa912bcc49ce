import type { SentPrompt } from '../../../../shared/capabilities/library/contract.ts';

/** Where an arrow key leads in the sent prompts, as in a shell: `place` counts from the newest, −1 = the field's own text. */
export interface HistoryStep {
  readonly place: number;
  readonly prompt: string;
}

/**
 * The prompt that ArrowUp or ArrowDown brings; null = the key moves the cursor. Only an empty field, or one that still holds the prompt
 * that an arrow brought, leads into the history.
 */
export function historyStep(prompts: readonly SentPrompt[], value: string, place: number, key: string): HistoryStep | null {
  const isUnchanged = place >= 0 && prompts[place]?.prompt === value;
  if (value !== '' && !isUnchanged) return null;
  const from = isUnchanged ? place : -1;
  if (key === 'ArrowUp') {
    const older = prompts[from + 1];
    return older === undefined ? null : { place: from + 1, prompt: older.prompt };
  }
  if (key !== 'ArrowDown' || !isUnchanged) return null;
  return from === 0 ? { place: -1, prompt: '' } : { place: from - 1, prompt: prompts[from - 1]?.prompt ?? '' };
}

/** The prompts that have every word that was typed, in any case. */
export function foundPrompts(prompts: readonly SentPrompt[], search: string): readonly SentPrompt[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return prompts.filter(({ prompt }) => words.every((word) => prompt.toLowerCase().includes(word)));
}
