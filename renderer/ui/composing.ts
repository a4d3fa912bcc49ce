import type { KeyboardEvent } from 'react';

/** Whether a key belongs to an input method that is still composing (Japanese, Chinese, Korean): Enter then picks a word. */
export function isComposing(event: KeyboardEvent): boolean {
  // 229 is what browsers send in place of the key while an input method handles it.
  return event.nativeEvent.isComposing || event.keyCode === 229;
}
