import type { Page } from '@playwright/test';
import { panelWindow } from './window.ts';

/** The answer to "Why: …", over any page. */
export function answerDialog(page: () => Page) {
  const dialog = () => panelWindow(page).dialog(/^Why: /);
  return {
    dialog,
    /** The first cause, once it is found. */
    cause: () => dialog().getByRole('region', { name: /^(Cause|Likely cause)$/ }),
    ruledOut: () => dialog().getByText(/^Ruled out \(\d+\)$/),
    unknown: () => dialog().getByText(/^Could not be looked at \(\d+\)$/),
    close: async (): Promise<void> => {
      await page().keyboard.press('Escape');
      await dialog().waitFor({ state: 'hidden' });
    },
  };
}
