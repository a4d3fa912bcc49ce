import { checksPage } from '../pages/checks.ts';
import { gpuPage } from '../pages/gpu.ts';
import { playgroundPage } from '../pages/playground.ts';
import { servicesPage } from '../pages/services.ts';
import { setupPage } from '../pages/setup.ts';
import type { Panel } from '../support/panel.ts';
import { breakLab, repairLab } from '../support/shared-panel.ts';

/** A picture of README or a guide: what the panel shows on it. Each begins where the one before it ended. */
export interface Picture {
  /** The file is `<name>-<theme>.png` in docs/images. */
  readonly name: string;
  readonly prepare: (panel: Panel) => Promise<void>;
}

const PROMPT = 'A lighthouse on a cliff at dawn, mist over the sea, soft light';

/** Of the lab, in this order: the Playground's run gives the other pages something to show. */
export const LAB_PICTURES: readonly Picture[] = [
  {
    name: 'playground',
    prepare: async (panel) => {
      const { prompt, generateButton, galleryImages } = playgroundPage(() => panel.page);
      await panel.goTo('Playground');
      await prompt().fill(PROMPT);
      await generateButton().click();
      await galleryImages().first().waitFor();
    },
  },
  { name: 'overview', prepare: (panel) => panel.goTo('Overview') },
  {
    name: 'gpu',
    prepare: async (panel) => {
      const { selectRange, chart } = gpuPage(() => panel.page);
      await panel.goTo('GPU');
      await selectRange('24 h');
      await chart('VRAM').waitFor();
    },
  },
  {
    name: 'services',
    prepare: async (panel) => {
      const { row } = servicesPage(() => panel.page);
      await panel.goTo('Services');
      await row('nginx').getByText('Running').waitFor();
    },
  },
  { name: 'logs', prepare: (panel) => panel.goTo('Logs') },
  { name: 'models', prepare: (panel) => panel.goTo('Models') },
  { name: 'gateway', prepare: (panel) => panel.goTo('Gateway') },
  {
    name: 'checks',
    prepare: async (panel) => {
      const { runReadsButton, progress, open } = checksPage(() => panel.page);
      await breakLab(panel, 'nginx-short-timeouts');
      await panel.goTo('Checks');
      await runReadsButton().click();
      await progress().waitFor();
      await progress().waitFor({ state: 'detached' });
      await open('proxy_timeouts');
      await repairLab(panel, 'nginx-short-timeouts');
    },
  },
  { name: 'settings', prepare: (panel) => panel.goTo('Settings') },
];

/** Of a simulated host on which nothing is installed. */
export const BARE_HOST_PICTURES: readonly Picture[] = [
  {
    name: 'setup',
    prepare: async (panel) => {
      const { selectAndPlan, steps } = setupPage(() => panel.page);
      await panel.goTo('Setup');
      await selectAndPlan(['InvokeAI']);
      await steps('change').first().waitFor();
    },
  },
];
