import { fromJson } from '../shared/float-json.ts';
import { START_ELEMENT_ID, type StartState } from '../shared/start-state.ts';

/** The last known state, which the main process put into the page; null on a first start. */
export function readStartState(): StartState | null {
  const text = document.getElementById(START_ELEMENT_ID)?.textContent;
  // Written by the same build of the main process, which answers for its shape.
  return text == null ? null : ((fromJson(text) as StartState | undefined) ?? null);
}
