import { expect, type Page } from '@playwright/test';
import { panelWindow } from './window.ts';

/** The dialog that makes reports. */
export function reportDialog(page: () => Page) {
  const { dialog } = panelWindow(page);
  const own = () => dialog('Report');
  const button = (name: string) => own().getByRole('button', { name, exact: true });
  const preview = () => own().getByRole('region', { name: 'Preview' });
  return {
    dialog: own,
    openButton: () => page().getByRole('button', { name: 'Report…', exact: true }),
    makeButton: () => button('Make report'),
    preview,
    part: (name: 'Monitoring' | 'Configuration as deployed') => own().getByRole('checkbox', { name }),
    selectSpan: async (span: string): Promise<void> =>
      own().getByRole('radiogroup', { name: 'Span' }).getByText(span, { exact: true }).click(),
    make: async (): Promise<void> => {
      await button('Make report').click();
      await expect(preview()).toBeVisible();
    },
    saveAs: async (format: 'HTML' | 'Markdown' | 'PDF'): Promise<void> => {
      await own().getByRole('radiogroup', { name: 'Format' }).getByText(format, { exact: true }).click();
      await button('Save…').click();
    },
  };
}
