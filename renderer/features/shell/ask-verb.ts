import { create } from 'zustand';
import type { Verb } from '../../../shared/contract/services.ts';
import { act } from '../../stores/services.ts';
import type { AskedVerb } from '../services/verb-dialog.tsx';
import { isDestructive } from '../services/words.ts';

/** The verb that waits for its confirmation; null when none does. */
export const useAsked = create<{ readonly asked: AskedVerb | null }>(() => ({ asked: null }));

/** Does a verb on a unit from anywhere in the window; what could hurt is confirmed first. */
export function askVerb(unit: string, verb: Verb): void {
  if (isDestructive(verb)) useAsked.setState({ asked: { unit, verb } });
  else void act(unit, verb);
}
