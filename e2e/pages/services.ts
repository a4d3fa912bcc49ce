import type { Page } from '@playwright/test';

/** The Services page; units are named without ".service". */
export function servicesPage(page: () => Page) {
  /** By its unit, since a row's accessible name is all its cells, and dialogs hide it from screen readers. */
  const row = (unit: string) => page().locator(`tr[data-unit="${unit}.service"]`);
  /** A button of a row, as "Stop", "Restart" or "More actions for". */
  const rowButton = (action: string, unit: string) => row(unit).getByRole('button', { name: `${action} ${unit}`, exact: true });
  return {
    row,
    rowButton,
    /** Picks an entry of a row's menu. */
    selectAction: async (unit: string, entry: string): Promise<void> => {
      await rowButton('More actions for', unit).click();
      await page().getByRole('menuitem', { name: entry }).click();
    },
    bootCell: (unit: string) => row(unit).locator('[data-column="boot"]'),
    /** The units in the order of the table. */
    units: () =>
      page()
        .locator('tr[data-unit]')
        .evaluateAll((rows) => rows.map((one) => (one.getAttribute('data-unit') ?? '').replace(/\.service$/, ''))),
    columnHeader: (name: string) => page().getByRole('columnheader', { name, exact: true }),
    columnsButton: () => page().getByRole('button', { name: 'Columns of Services' }),
    refreshButton: () => page().getByRole('button', { name: 'Refresh', exact: true }),
    reviewRuleButton: () => page().getByRole('button', { name: 'Review sudo rule' }),
    pinButton: () => page().getByRole('button', { name: 'Pin services…' }),
    detailsButton: (unit: string) => page().getByRole('button', { name: `Details of ${unit}`, exact: true }),
  };
}
