import type { Page } from '@playwright/test';

/** The Logs page. Its lines have no role of their own inside the log. */
export function logsPage(page: () => Page) {
  const list = () => page().getByRole('log');
  const strip = () => page().locator('.logs-strip');
  return {
    list,
    rows: () => list().locator('.logs-row'),
    /** The texts of the lines that are drawn. */
    texts: () => list().locator('.logs-row .logs-text'),
    searchField: () => page().getByRole('textbox', { name: 'Search in the log' }),
    clearSearchButton: () => page().getByRole('button', { name: 'Clear search' }),
    /** All fields of one line, beside the log. */
    fieldsPanel: () => page().getByRole('complementary', { name: 'Fields of the line' }),
    filterChips: () => page().getByRole('list', { name: 'Filters' }),
    matchCount: () => page().locator('.logs-bar').getByRole('status'),
    /** The line below the log: how many lines there are, and what an export did. */
    strip,
    exportResult: () => strip().getByRole('status'),
    liveState: () => page().getByText(/Live · \d+ services/),
    /** The sequence numbers of the lines that are wholly visible, in their order. */
    visibleLines: (): Promise<(string | null)[]> =>
      list().evaluate((list) => {
        const frame = list.getBoundingClientRect();
        return [...list.querySelectorAll('.logs-row')]
          .filter((row) => row.getBoundingClientRect().top >= frame.top && row.getBoundingClientRect().bottom <= frame.bottom)
          .map((row) => row.getAttribute('data-seq'))
          .sort((a, b) => Number(a) - Number(b));
      }),
  };
}
