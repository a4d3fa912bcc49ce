import { expect, type Page } from '@playwright/test';

/** The pages, as the navigation names them. */
export const PLACES = ['Overview', 'GPU', 'Services', 'Logs', 'Models', 'Playground', 'Gateway', 'Setup', 'Checks', 'Settings'] as const;

/** What every page has. The page is read at each call, so that a file can build this before its panel is started. */
export function panelWindow(page: () => Page) {
  const main = () => page().getByRole('main');
  const banner = () => page().getByRole('banner');
  /** Also found while a dialog hides it from screen readers. */
  const hostButton = () =>
    page()
      .getByRole('banner', { includeHidden: true })
      .getByRole('button', { name: /(Change host|Select a host)$/, includeHidden: true });
  const dialog = (name?: string | RegExp) => page().getByRole('dialog', name === undefined ? {} : { name });
  const statusBar = () => page().getByRole('contentinfo');
  const palette = () => dialog('Commands');
  const paletteSearch = () => page().getByRole('textbox', { name: 'Search commands' });
  /** The field of a login or sudo password; `user` is the beginning of whom it is for. */
  const passwordField = (user = '') => page().getByLabel(new RegExp(`^Password for ${user}`));

  async function openPalette(query: string): Promise<void> {
    // A key that is pressed before the window is drawn reaches nothing.
    await expect(banner().getByRole('button', { name: 'Search commands' })).toBeVisible();
    await page().keyboard.press('Control+k');
    await expect(paletteSearch()).toBeFocused();
    await page().keyboard.type(query);
  }

  return {
    main,
    banner,
    hostButton,
    dialog,
    palette,
    paletteSearch,
    paletteEntry: (name: string | RegExp) => palette().getByRole('button', { name }),
    openPalette,
    /** Runs the first command found for the query. */
    runCommand: async (query: string): Promise<void> => {
      await openPalette(query);
      await page().keyboard.press('Enter');
      await expect(palette()).toBeHidden();
    },
    passwordField,
    enterPassword: async (password: string, user?: string): Promise<void> => {
      await passwordField(user).fill(password);
      await page().keyboard.press('Enter');
    },
    heading: (name: string) => page().getByRole('heading', { level: 1, name, exact: true }),
    region: (name: string) => page().getByRole('region', { name, exact: true }),
    /** An error or a warning in the page; only the error has the role of an alert. */
    notice: () => main().locator('.ada-notice'),
    alert: () => main().getByRole('alert'),
    statusBar,
    /** Waits for a notice, also one that another has replaced in the status line. */
    expectNotice: async (text: string | RegExp): Promise<void> => {
      await statusBar()
        .getByRole('button', { name: /\bnotices?\b/ })
        .click();
      await expect(dialog('Notices').getByRole('listitem').filter({ hasText: text }).first()).toBeVisible();
      await page().keyboard.press('Escape');
      await expect(dialog('Notices')).toHaveCount(0);
    },
    navigationButton: (place: string) => page().getByRole('navigation').getByRole('button', { name: place, exact: true }),
    /** The VRAM in use, once a reading is there. */
    vramReading: () => banner().getByText(/\d+\.\d \/ 45\.0 GiB/),
    vramMeter: () => banner().getByRole('meter'),
    undoButton: () => page().getByRole('button', { name: 'Undo', exact: true }),
    /** Picks an option of a drop-down field. */
    selectOption: async (field: string, option: string | RegExp): Promise<void> => {
      await page().getByRole('combobox', { name: field, exact: true }).click();
      await page().getByRole('option', { name: option }).click();
    },
    /** Picks a host, or another entry, of the host menu. */
    switchTo: async (entry: string | RegExp): Promise<void> => {
      await hostButton().click();
      await page().getByRole('menuitem', { name: entry }).click();
    },
    /** Shows another host even while a dialog is open, where only a script reaches the host menu. */
    switchBehindDialog: async (label: string): Promise<void> => {
      await hostButton().evaluate((button: HTMLElement) => button.click());
      const item = page()
        .locator('[role="menuitem"]')
        .filter({ hasText: new RegExp(`^${label} `) });
      await item.evaluate((element: HTMLElement) => element.click());
      await expect(hostButton()).toContainText(label);
    },
  };
}
