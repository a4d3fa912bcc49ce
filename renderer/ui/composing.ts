import type { KeyboardEvent } from 'react';

/** Whether an input method (Japanese, Chinese, Korean) is still composing: Enter then selects a word. */
export function isComposing(event: KeyboardEvent): boolean {
  // Browsers send 229 in place of the key while an input method handles it.
  return event.nativeEvent.isComposing || event.keyCode === 229;
}
