import { expect } from '@playwright/test';
import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { checksPage } from '../pages/checks.ts';
import { gatewayPage } from '../pages/gateway.ts';
import { gpuPage } from '../pages/gpu.ts';
import { logsPage } from '../pages/logs.ts';
import { modelsPage } from '../pages/models.ts';
import { playgroundPage } from '../pages/playground.ts';
import { servicesPage } from '../pages/services.ts';
import { setupPage } from '../pages/setup.ts';
import { panelWindow } from '../pages/window.ts';
import type { Panel } from '../support/panel.ts';
import { breakLab, repairLab } from '../support/shared-panel.ts';

/** A picture of README or a guide: what the panel shows on it. Each begins where the one before it ended. */
export interface Picture {
  /** The file is `<name>-<theme>.png` in docs/images. */
  readonly name: string;
  /** Of the window, in CSS pixels, where the usual height would cut what the page is about. */
  readonly height?: number;
  readonly prepare: (panel: Panel) => Promise<void>;
  /** Waits for the moment of the picture, after everything else. */
  readonly moment?: (panel: Panel) => Promise<void>;
}

/** All of what the lab draws. */
const SHOWN_PROMPT = 'Layered mountains at dusk, pale moon';
const MADE_PROMPTS = ['Mountain ridges in morning mist, low sun', SHOWN_PROMPT];
const WAITING_PROMPTS = [
  'Blue hills before a storm',
  'Alpine ridge at first light',
  'Desert mountains, golden hour',
  'Foggy valley, distant peaks',
];
const LATER_PROMPTS = ['Winter range under stars', 'Terraced hills after rain'];
/** What the checks find in the picture of Checks. */
const FAULTS = ['nginx-short-timeouts', 'gpu-persistence-off', 'reboot-pending', 'nginx-certificate-ends-soon', 'backups-missing'] as const;
/** Hosts of which Settings has the addresses only: nothing connects to them. */
const HOSTS = [
  { id: 'ada2', hostName: 'ada2.example.net' },
  { id: 'gateway', hostName: 'gateway.example.net' },
];

/** Runs all checks that only read, and waits for their end. */
async function runChecks(panel: Panel): Promise<void> {
  const { runReadsButton, progress } = checksPage(() => panel.page);
  await panel.goTo('Checks');
  await runReadsButton().click();
  await progress().waitFor();
  await progress().waitFor({ state: 'detached' });
}

async function sendPrompts(panel: Panel, prompts: readonly string[]): Promise<void> {
  const { prompt, generateButton } = playgroundPage(() => panel.page);
  for (const text of prompts) {
    await prompt().fill(text);
    await generateButton().click();
  }
}

async function saveHosts(panel: Panel): Promise<void> {
  for (const { id, hostName } of HOSTS) {
    const profile: HostProfile = { id, kind: 'ssh', label: id, hostName, port: 22, user: 'operator', useAgent: true, identityFiles: [] };
    expect(await panel.page.evaluate((wanted) => window.ada.hosts.save({ profile: wanted }), profile)).toMatchObject({ ok: true });
  }
}

/** Of the lab, in this order: the Playground's runs give the other pages something to show. */
export const LAB_PICTURES: readonly Picture[] = [
  {
    name: 'playground',
    height: 1240,
    prepare: async (panel) => {
      const { prompt, generateButton, galleryImages, runs } = playgroundPage(() => panel.page);
      await runChecks(panel);
      await panel.goTo('Playground');
      for (const [index, text] of MADE_PROMPTS.entries()) {
        await prompt().fill(text);
        await generateButton().click();
        await galleryImages().nth(index).waitFor();
      }
      await sendPrompts(panel, WAITING_PROMPTS);
      await runs().getByText('step').first().waitFor();
      // A finished image is shown while the others are made.
      await runs().locator('.play-runs-open').filter({ hasText: SHOWN_PROMPT }).click();
    },
  },
  {
    name: 'overview',
    height: 1040,
    prepare: async (panel) => {
      // The runs of the Playground may be at their end.
      await panel.goTo('Playground');
      await sendPrompts(panel, LATER_PROMPTS);
      await panel.goTo('Overview');
    },
    // Early enough for both themes.
    moment: (panel) => panel.page.getByText(/Denoising [1-4]\d %/).waitFor(),
  },
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
    height: 680,
    prepare: async (panel) => {
      const { row } = servicesPage(() => panel.page);
      await panel.goTo('Services');
      await row('nginx').getByText('Running').waitFor();
    },
  },
  {
    name: 'logs',
    prepare: async (panel) => {
      const { rows, strip } = logsPage(() => panel.page);
      await panel.goTo('Logs');
      await rows().first().waitFor();
      await expect.poll(() => settled(strip)).toBe(true);
    },
  },
  {
    name: 'models',
    prepare: async (panel) => {
      const { installStableDiffusionButton, downloads } = modelsPage(() => panel.page);
      await panel.goTo('Models');
      await installStableDiffusionButton().click();
      await downloads().getByText('left').first().waitFor();
    },
  },
  {
    name: 'gateway',
    height: 1640,
    prepare: async (panel) => {
      const { requests } = gatewayPage(() => panel.page);
      await panel.goTo('Gateway');
      await requests().getByText('p95').first().waitFor();
    },
  },
  {
    name: 'checks',
    height: 1040,
    prepare: async (panel) => {
      const { filterBy, open } = checksPage(() => panel.page);
      for (const fault of FAULTS) await breakLab(panel, fault);
      await runChecks(panel);
      await filterBy('Failed and warnings');
      await open('proxy_timeouts');
      for (const fault of FAULTS) await repairLab(panel, fault);
    },
  },
  {
    name: 'settings',
    prepare: async (panel) => {
      await saveHosts(panel);
      await panel.goTo('Settings');
    },
  },
];

/** Of a simulated host on which nothing is installed. */
export const BARE_HOST_PICTURES: readonly Picture[] = [
  {
    name: 'setup',
    prepare: async (panel) => {
      const { setUpHostButton, checkButton, applyButton } = setupPage(() => panel.page);
      await panel.goTo('Setup');
      await setUpHostButton().click();
      await checkButton().click();
      await panelWindow(() => panel.page).enterPassword('lab');
      await expect(applyButton()).toBeEnabled();
    },
  },
];

/** Whether an element has the same text half a second later. */
async function settled(element: () => ReturnType<Panel['page']['locator']>): Promise<boolean> {
  const before = await element().textContent();
  await element().page().waitForTimeout(500);
  return (await element().textContent()) === before;
}
