import type { Page } from '@playwright/test';

/** The Settings page. */
export function settingsPage(page: () => Page) {
  return {
    field: (name: string) => page().getByRole('textbox', { name, exact: true }),
    /** The value of a term in a list of facts: a definition has no name of its own. */
    fact: (term: string) => page().locator('dt', { hasText: term }).locator('+ dd'),
    selectTheme: (name: 'Light' | 'Dark' | 'System') =>
      page().getByRole('radiogroup', { name: 'Theme' }).getByText(name, { exact: true }).click(),
    deleteHistoryButton: (host: string) => page().getByRole('button', { name: `Delete history of ${host}…` }),
  };
}
