import { expect, type Page } from '@playwright/test';

/** The Setup page; recipes are named by their id in rows and by their title in buttons. */
export function setupPage(page: () => Page) {
  const button = (name: string | RegExp) => page().getByRole('button', { name, exact: typeof name === 'string' });
  return {
    recipe: (id: string) => page().locator(`[data-recipe="${id}"]`),
    recipes: () => page().locator('[data-recipe]'),
    refreshButton: () => button('Refresh'),
    setUpHostButton: () => button('Set up this host'),
    clearSelectionButton: () => button('Clear selection'),
    planButton: (id: string) =>
      page()
        .locator(`[data-recipe="${id}"]`)
        .getByRole('button', { name: /^Plan / }),
    parametersButton: (title: string) => button(`Parameters of ${title}`),
    backButton: () => button('Back'),
    checkButton: () => button('Check with sudo'),
    planAgainButton: () => button('Plan again'),
    takeOverButton: () => button('Take over'),
    applyButton: () => button(/^Apply \d+ changes?$/),
    /** The steps of a plan, of one state: `change`, `ok`, `blocked`, `unknown`. */
    steps: (state: string) => page().locator(`.setup-step[data-state="${state}"]`),
    run: () => page().getByRole('region', { name: /^Setup: / }),
    runSteps: () => page().getByRole('list', { name: 'Steps of this run' }).getByRole('listitem'),
    output: () => page().getByRole('log', { name: 'Output' }),
    cancelButton: () => button('Cancel'),
    resumeButton: () => button('Resume'),
    saveReportButton: () => button('Save report'),
    dismissButton: () => button('Dismiss'),
    nextSteps: () => page().getByRole('region', { name: 'Next steps' }).getByRole('listitem'),
    /** Opens the plan of the selected recipes. */
    selectAndPlan: async (titles: readonly string[]): Promise<void> => {
      for (const title of titles)
        await page()
          .getByRole('checkbox', { name: `Select ${title}`, exact: true })
          .check();
      await button(/^Plan \d+ recipes?$/).click();
      await expect(button('Back')).toBeVisible();
    },
  };
}
