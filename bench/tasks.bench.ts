import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { gpuPage } from '../e2e/pages/gpu.ts';
import { modelsPage } from '../e2e/pages/models.ts';
import { overviewPage } from '../e2e/pages/overview.ts';
import { playgroundPage } from '../e2e/pages/playground.ts';
import { panelWindow } from '../e2e/pages/window.ts';
import { launchPanel, type Panel } from '../e2e/support/panel.ts';
import { breakLab, repairLab, resize } from '../e2e/support/shared-panel.ts';
import { DEFAULT_SETTINGS } from '../shared/default-settings.ts';
import { startLabProcess } from './lab-process.ts';
import type { Bench, Figure } from './result.ts';

const HOUR_MS = 3_600_000;
/** The range of the GPU page in which an hour ago is looked for. */
const RANGE = { label: '6 h', ms: 6 * HOUR_MS };
/** Of the lab's user. */
const SUDO_PASSWORD = 'lab';

/** The mouse of one task: what it clicked is counted; what is typed or only pointed at is not. */
interface Mouse {
  clicks: number;
  click(target: Locator): Promise<void>;
}

function newMouse(): Mouse {
  const mouse: Mouse = {
    clicks: 0,
    click: async (target) => {
      mouse.clicks += 1;
      await target.click();
    },
  };
  return mouse;
}

interface Task {
  readonly name: string;
  readonly maxClicks: number;
  /** Not measured. */
  readonly prepare?: (panel: Panel) => Promise<void>;
  /** Answers what was on the screen at the end. */
  readonly perform: (panel: Panel, mouse: Mouse) => Promise<string>;
  /** Not measured. */
  readonly end?: (panel: Panel) => Promise<void>;
}

const atOverview = async (panel: Panel): Promise<void> => {
  await panel.goTo('Overview');
  await panelWindow(() => panel.page)
    .main()
    .getByText('All systems OK')
    .first()
    .waitFor();
};

/** In one window, one after another; each begins on the Overview. */
const TASKS: readonly Task[] = [
  {
    name: 'why a service failed',
    maxClicks: 0,
    perform: async ({ page }) => {
      const alert = panelWindow(() => page).alert();
      await alert.getByText('comfyui failed').waitFor();
      const words = alert.locator('.services-last-words');
      await words.waitFor();
      return `${await alert.locator('.ada-notice-hint').first().innerText()} ${await words.innerText()}`;
    },
    prepare: async (panel) => {
      await breakLab(panel, 'unit-start-fails');
      await panel.page.evaluate(`window.ada.services.act({ hostId: 'lab', value: { unit: 'comfyui.service', verb: 'start' } })`);
      await panelWindow(() => panel.page).enterPassword(SUDO_PASSWORD, 'operator on');
    },
    end: async (panel) => {
      await repairLab(panel, 'unit-start-fails');
      await panel.page.evaluate(`window.ada.services.act({ hostId: 'lab', value: { unit: 'comfyui.service', verb: 'reset-failed' } })`);
    },
  },
  {
    name: 'VRAM an hour ago, and whose',
    maxClicks: 2,
    perform: async ({ page }, mouse) => {
      const { chart, range } = gpuPage(() => page);
      await mouse.click(panelWindow(() => page).navigationButton('GPU'));
      await mouse.click(
        page
          .locator('label')
          .filter({ has: range(RANGE.label) })
          .or(page.getByText(RANGE.label, { exact: true }))
          .first(),
      );
      await page.locator('.ada-chart-area').first().waitFor();
      const box = await chart('VRAM').boundingBox();
      if (box === null) throw new Error('the chart has no box');
      const legend = page.getByRole('list', { name: /^VRAM by process at \d{4}-/ });
      // The mouse only points.
      await page.mouse.move(box.x + box.width * (1 - HOUR_MS / RANGE.ms), box.y + box.height / 2);
      await legend
        .getByText(/[MG]iB/)
        .first()
        .waitFor();
      return (await legend.innerText()).replace(/\s+/g, ' ');
    },
  },
  {
    name: 'install SDXL',
    maxClicks: 2,
    perform: async ({ page }, mouse) => {
      const models = modelsPage(() => page);
      await mouse.click(panelWindow(() => page).navigationButton('Models'));
      await mouse.click(page.getByRole('button', { name: 'Install SDXL base 1.0' }));
      await models.installedRow(/stable-diffusion-xl-base-1\.0/).waitFor();
      return (await models.installedRow(/stable-diffusion-xl-base-1\.0/).innerText()).replace(/\s+/g, ' ');
    },
  },
  {
    name: '4 images compared',
    maxClicks: 3,
    perform: async ({ page }, mouse) => {
      const { prompt } = playgroundPage(() => page);
      await mouse.click(panelWindow(() => page).navigationButton('Playground'));
      await mouse.click(prompt());
      await page.keyboard.type('a lighthouse on a rock');
      const images = page.getByLabel('Images', { exact: true });
      while (!(await images.evaluate((field) => field === document.activeElement))) await page.keyboard.press('Tab');
      await page.keyboard.press('Control+a');
      await page.keyboard.type('4');
      await page.keyboard.press('Control+Enter');
      await mouse.click(page.getByRole('button', { name: 'Compare 4' }));
      const comparison = panelWindow(() => page).dialog('Compare 4 images');
      await comparison.getByRole('figure').nth(3).waitFor();
      return `${await comparison.getByRole('figure').count()} images side by side`;
    },
    end: ({ page }) => page.keyboard.press('Escape'),
  },
  {
    name: 'why 503',
    maxClicks: 0,
    perform: async (panel) => {
      await breakLab(panel, 'nginx-down');
      const alert = panelWindow(() => panel.page)
        .alert()
        .first();
      await alert.getByText(/nginx/).first().waitFor();
      return (await alert.locator('.ada-notice-words').innerText()).replace(/\s+/g, ' ');
    },
    end: (panel) => repairLab(panel, 'nginx-down'),
  },
];

const figureOf = (task: Pick<Task, 'name' | 'maxClicks'>, clicks: number, elapsedMs: number, said: string): Figure => ({
  name: `task: ${task.name}`,
  value: clicks,
  unit: clicks === 1 ? 'click' : 'clicks',
  peer: null,
  ratio: null,
  target: `≤ ${task.maxClicks}`,
  ok: clicks <= task.maxClicks,
  said: `${(elapsedMs / 1000).toFixed(1)} s until: ${said}`,
});

/** The panel is started on a host whose services have failed, and InvokeAI is started from it. */
async function coldStart(): Promise<Figure> {
  const lab = await startLabProcess();
  const home = mkdtempSync(join(tmpdir(), 'ada-panel-bench-'));
  const dataFolder = join(home, 'data');
  try {
    lab.break('services-failed');
    mkdirSync(join(home, '.ssh'), { mode: 0o700 });
    mkdirSync(dataFolder);
    const { profile, knownHostsFile } = lab.target;
    copyFileSync(knownHostsFile, join(home, '.ssh', 'known_hosts'));
    writeFileSync(join(dataFolder, 'hosts.json'), JSON.stringify([profile]));
    const last = { page: 'overview', hostId: profile.id, gpuRangeMs: 900_000 };
    writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ ...DEFAULT_SETTINGS, last }));
    const startedAt = performance.now();
    const panel = await launchPanel({ args: [], dataFolder, environment: { HOME: home } });
    try {
      const { page } = panel;
      const { component } = overviewPage(() => page);
      const { alert, enterPassword } = panelWindow(() => page);
      const mouse = newMouse();
      const start = alert().getByRole('button', { name: /^Start invokeai/ });
      await start.waitFor();
      const shownMs = performance.now() - startedAt;
      await mouse.click(start);
      await enterPassword(SUDO_PASSWORD, 'operator on');
      await component('InvokeAI').getByText('Running').waitFor();
      const elapsedMs = performance.now() - startedAt;
      const said = `InvokeAI running; the button was there after ${(shownMs / 1000).toFixed(1)} s, and the sudo password was typed`;
      return figureOf({ name: 'start InvokeAI from a cold app', maxClicks: 1 }, mouse.clicks, elapsedMs, said);
    } finally {
      await panel.close();
    }
  } finally {
    lab.end();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function inTheLab(): Promise<readonly Figure[]> {
  const panel = await launchPanel({ args: ['--lab'], hasPast: true });
  const figures: Figure[] = [];
  try {
    await resize(panel, 1280, 800);
    for (const task of TASKS) {
      await atOverview(panel);
      const mouse = newMouse();
      await task.prepare?.(panel);
      const startedAt = performance.now();
      const said = await task.perform(panel, mouse);
      figures.push(figureOf(task, mouse.clicks, performance.now() - startedAt, said));
      await task.end?.(panel);
    }
  } finally {
    await panel.close();
  }
  return figures;
}

export const bench: Bench = {
  name: 'tasks',
  unavailable: () => null,
  run: async () => [await coldStart(), ...(await inTheLab())],
};
