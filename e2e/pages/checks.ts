import { expect, type Page } from '@playwright/test';

/** The Checks page; checks are named by their id in rows and by their title in buttons. */
export function checksPage(page: () => Page) {
  const button = (name: string | RegExp) => page().getByRole('button', { name, exact: typeof name === 'string' });
  const item = (id: string) => page().locator(`[data-check="${id}"]`);
  const row = (id: string) => page().locator(`[data-check-row="${id}"]`);
  return {
    /** A check with its details. */
    item,
    items: () => page().locator('[data-check]'),
    row,
    verdict: (id: string) => item(id).getAttribute('data-verdict'),
    group: (title: string) => page().getByRole('region', { name: title, exact: true }),
    /** The sentence below the title. */
    state: () => page().locator('.ada-page-state'),
    runReadsButton: () => button('Run read-only checks'),
    runAllButton: () => button('Run all…'),
    cancelButton: () => button('Cancel run'),
    runGroupButton: (group: string) => button(`Run group: ${group}`),
    runAgainButton: (title: string) => button(`Run again: ${title}`),
    scheduleButton: () => button(/^Schedule: /),
    planButton: (recipe: string | RegExp) => button(recipe instanceof RegExp ? recipe : `Plan recipe ${recipe}`),
    progress: () => page().getByRole('progressbar', { name: /^\d+ of \d+ checks?$/ }),
    search: () => page().getByRole('searchbox', { name: 'Search checks' }),
    evidence: (id: string) => item(id).locator('.checks-evidence > pre'),
    runs: () => page().getByRole('list', { name: 'Runs' }).locator('> li'),
    /** Shows the checks of one filter: `All`, `Failed and warnings`, `Unknown`, `Skipped`. */
    filterBy: async (filter: string): Promise<void> => {
      await page()
        .getByRole('radiogroup', { name: 'Filter by verdict' })
        .getByText(new RegExp(`^${filter} \\d+$`))
        .click();
    },
    showView: async (view: 'Results' | 'History'): Promise<void> => {
      await page().getByRole('radiogroup', { name: 'View' }).getByText(view, { exact: true }).click();
    },
    open: async (id: string): Promise<void> => {
      if ((await row(id).getAttribute('aria-expanded')) === 'false') await row(id).click();
      await expect(row(id)).toHaveAttribute('aria-expanded', 'true');
    },
    exportAs: async (format: string): Promise<void> => {
      await button('Export').click();
      await page().getByRole('menuitem', { name: format }).click();
    },
  };
}
