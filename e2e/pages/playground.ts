import type { Page } from '@playwright/test';
import { panelWindow } from './window.ts';

/** The Playground: the form, the run and the gallery. */
export function playgroundPage(page: () => Page) {
  const { region } = panelWindow(page);
  const gallery = () => region('Gallery');
  return {
    prompt: () => page().getByRole('textbox', { name: 'Prompt', exact: true }),
    seed: () => page().getByLabel('Seed', { exact: true }),
    generateButton: () => page().getByRole('button', { name: /^Generate/ }),
    cancelButton: () => page().locator('.play-run').getByRole('button', { name: 'Cancel', exact: true }),
    runs: () => region('Runs'),
    quickPreset: () => page().getByRole('button', { name: 'Quick' }),
    selectRoute: (name: 'Gateway' | 'Shim' | 'InvokeAI' | 'ComfyUI') =>
      page().getByRole('radiogroup', { name: 'Send via' }).getByText(name, { exact: true }).click(),
    /** The result of a finished run; `route` as it is named there. */
    done: (route: string) => page().getByText(new RegExp(`Done in .* ${route}`)),
    preview: () => page().getByRole('img', { name: 'Preview' }),
    timing: () => page().getByRole('figure', { name: 'Timing' }),
    showRequestButton: () => page().getByRole('button', { name: 'Show request' }),
    hideRequestButton: () => page().getByRole('button', { name: 'Hide request' }),
    gallery,
    gallerySearch: () => page().getByLabel('Search gallery'),
    /** The images of the gallery, the newest first. */
    galleryImages: () => gallery().getByRole('button', { name: /Open image/ }),
    applyImportButton: () => page().getByRole('button', { name: 'Apply to form' }),
    /** The action of the open viewer's menu. */
    runImageAction: async (name: string): Promise<void> => {
      await page().getByRole('dialog', { name: 'Image', exact: true }).getByRole('button', { name: 'More actions' }).click();
      await page().getByRole('menuitem', { name }).click();
    },
    imageDialog: () => page().getByRole('dialog', { name: 'Image', exact: true }),
  };
}
