import type { Page } from '@playwright/test';

/** The dialog that shows a support bundle before it is saved. */
export function supportBundle(page: () => Page) {
  const dialog = () => page().getByRole('dialog', { name: 'Support bundle' });
  return {
    dialog,
    file: (path: string) => dialog().getByRole('button', { name: `Show ${path}`, exact: true }),
    include: (path: string) => dialog().getByRole('checkbox', { name: `Include ${path}`, exact: true }),
    prompts: () => dialog().getByRole('checkbox', { name: 'Include prompts of users' }),
    preview: () => dialog().getByRole('region', { name: 'Preview' }),
    saveButton: () => dialog().getByRole('button', { name: 'Save…' }),
    closeButton: () => dialog().getByRole('button', { name: 'Close', exact: true }).last(),
  };
}
