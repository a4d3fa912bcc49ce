import type { Page } from '@playwright/test';

const MINUTE_MS = 60_000;

/** The GPU page: its charts over a time range. */
export function gpuPage(page: () => Page) {
  const chart = (title: string) => page().getByRole('application', { name: title, exact: true });

  /** The chart's description for screen readers. */
  async function summary(title: string): Promise<string> {
    const id = await chart(title).getAttribute('aria-describedby');
    return (await page().locator(`[id="${id}"]`).textContent()) ?? '';
  }

  return {
    chart,
    summary,
    /** The length of the stretch shown, in minutes, from the summary; the clocks in it have no date up to half a day. */
    shownMinutes: async (): Promise<number> => {
      const text = await summary('VRAM');
      const days = /VRAM, (\d{4}-\d\d-\d\d \d\d:\d\d)(?::\d\d)? to (\d{4}-\d\d-\d\d \d\d:\d\d)/.exec(text);
      if (days !== null) return (Date.parse(`${days[2]}`) - Date.parse(`${days[1]}`)) / MINUTE_MS;
      const clocks = /VRAM, (\d\d):(\d\d)(?::\d\d)? to (\d\d):(\d\d)/.exec(text)?.slice(1).map(Number) ?? [];
      const [fromH = 0, fromM = 0, toH = 0, toM = 0] = clocks;
      return (toH * 60 + toM - fromH * 60 - fromM + 1440) % 1440;
    },
    /** The line below the heading, which has no role. */
    stateLine: () => page().locator('.ada-gpu-state'),
    range: (label: string) => page().getByRole('radio', { name: label, exact: true }),
    /** The Gateway page has the same ranges. */
    selectRange: (label: string) => page().getByRole('radiogroup', { name: 'Time range' }).getByText(label, { exact: true }).click(),
    /** The crosshairs' clocks, one a chart; the axes have no seconds. */
    crosshairClocks: () =>
      page()
        .locator('.ada-chart svg')
        .getByText(/^\d\d:\d\d:\d\d$/),
    exportButton: () => page().getByRole('button', { name: 'CSV' }),
    retryButton: () => page().getByRole('button', { name: 'Retry' }),
  };
}
