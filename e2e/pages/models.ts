import type { Page } from '@playwright/test';
import { panelWindow } from './window.ts';

/** The Models page, for InvokeAI and for ComfyUI. */
export function modelsPage(page: () => Page) {
  const { dialog, region } = panelWindow(page);
  const installed = () => region('Installed');
  return {
    installed,
    installedRow: (name: RegExp) => installed().getByRole('row', { name }),
    downloads: () => region('Downloads'),
    queue: () => region('Queue'),
    selectProgram: (name: 'InvokeAI' | 'ComfyUI') => page().getByRole('radiogroup', { name: 'Program' }).getByText(name).click(),
    selectType: (name: string) => page().getByRole('radiogroup', { name: 'Model type' }).getByText(name, { exact: true }).click(),
    searchField: () => page().getByRole('textbox', { name: 'Search models' }),
    invokeAiRunning: () => page().getByText(/InvokeAI 6\.\d+\.\d+ running/),
    invokeAiNotResponding: () => page().getByText('InvokeAI not responding'),
    freeVramButton: () => page().getByRole('button', { name: 'Free VRAM' }),
    clearFinishedButton: () => page().getByRole('button', { name: 'Clear finished' }),
    installButton: () => page().getByRole('button', { name: 'Install a model' }),
    /** The field for words, a repo, a URL or a path. */
    addField: () => page().getByRole('textbox', { name: /^Search Hugging Face/ }),
    selectView: (name: 'Installed' | 'Add models') =>
      page().getByRole('radiogroup', { name: 'View' }).getByText(name, { exact: true }).click(),
    selectHubKind: (name: string) => page().getByRole('radiogroup', { name: 'Kind of model' }).getByText(name, { exact: true }).click(),
    hubResults: () => region('Hugging Face'),
    hubRow: (name: string | RegExp) => region('Hugging Face').getByRole('row', { name }),
    /** Licence, size and install of one model. */
    installDialog: () => dialog(/^Install .+ on /),
    /** The models that InvokeAI recommends. */
    recommended: () => region('Recommended by InvokeAI'),
    installStableDiffusionButton: () => page().getByRole('button', { name: 'Install Stable Diffusion 1.5' }),
    fetchStableDiffusionButton: () => page().getByRole('button', { name: 'Fetch Stable Diffusion 1.5' }),
  };
}
