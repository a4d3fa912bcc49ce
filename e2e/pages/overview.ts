import type { Page } from '@playwright/test';
import { panelWindow } from './window.ts';

/** The Overview: the components of image generation, and the problems with them. */
export function overviewPage(page: () => Page) {
  const { main } = panelWindow(page);
  return {
    /** One link of the chain. */
    component: (label: string) =>
      main().getByRole('region', { name: 'Components of image generation' }).getByRole('listitem').filter({ hasText: label }),
    pastEvents: () => main().getByRole('list', { name: 'Past events' }),
  };
}
