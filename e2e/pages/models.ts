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
    installDialog: () => dialog('Install a model'),
    /** The starter models in the install dialog. */
    recommended: () => dialog('Install a model').getByRole('region', { name: 'Recommended by InvokeAI' }),
    installStableDiffusionButton: () => page().getByRole('button', { name: 'Install Stable Diffusion 1.5' }),
    fetchStableDiffusionButton: () => page().getByRole('button', { name: 'Fetch Stable Diffusion 1.5' }),
  };
}
