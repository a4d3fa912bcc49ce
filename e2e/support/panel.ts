import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test';
import { findRuntime } from '../../scripts/runtime.mjs';
import { panelWindow } from '../pages/window.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Generous: a busy machine is no failure. */
const ACTION_TIMEOUT_MS = 120_000;
export const ARTIFACTS = join(ROOT, 'artifacts');

/** The panel under test: the built app in a real Electron, with a data folder and a home folder of its own. */
export interface Panel {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly dataFolder: string;
  /** What it was started with, for a second start of the same panel. */
  readonly startArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What the page said that it should not have: console errors, exceptions, CSP violations. */
  readonly complaints: string[];
  /** Opens a place of the navigation. */
  goTo(place: string): Promise<void>;
  /** Keeps an image as an artefact. */
  screenshot(name: string): Promise<void>;
}

export interface LaunchOptions {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly dataFolder?: string;
  /** The lab begins with two days of history; otherwise a spec has only what it made itself. */
  readonly hasPast?: boolean;
  /** Leave the question whether to reach real hosts with an outdated Electron to the test. */
  readonly confirmsRuntime?: boolean;
}

export async function launchPanel(options: LaunchOptions): Promise<Panel & { close(): Promise<void> }> {
  const runtime = findRuntime();
  if (runtime === null) throw new Error('no Electron runtime: run npm test, which fetches one');
  const scratch = mkdtempSync(join(tmpdir(), 'ada-panel-e2e-'));
  const dataFolder = options.dataFolder ?? join(scratch, 'data');
  const home = join(scratch, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) environment[name] = value;
  delete environment['ELECTRON_RUN_AS_NODE'];
  delete environment['SSH_AUTH_SOCK'];
  const consent = options.confirmsRuntime === true ? [] : ['--fallback-runtime=confirmed'];
  const past = options.hasPast === true ? [] : ['--lab-past=none'];
  const startArguments = [...(isRoot ? ['--no-sandbox'] : []), ROOT, `--data-folder=${dataFolder}`, ...consent, ...past, ...options.args];
  const env = { ...environment, HOME: home, ...options.environment };
  const app = await _electron.launch({
    timeout: ACTION_TIMEOUT_MS,
    executablePath: runtime.executable,
    args: startArguments,
    env,
    cwd: ROOT,
  });
  keepAnswers(app);
  const complaints: string[] = [];
  const page = await app.firstWindow({ timeout: ACTION_TIMEOUT_MS });
  page.setDefaultTimeout(ACTION_TIMEOUT_MS);
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  await page.waitForLoadState('domcontentloaded');
  const { heading, navigationButton } = panelWindow(() => page);
  return {
    app,
    page,
    dataFolder,
    startArguments,
    environment: env,
    complaints,
    goTo: async (place) => {
      await navigationButton(place).click();
      await expect(heading(place)).toBeVisible();
    },
    screenshot: async (name) => {
      mkdirSync(ARTIFACTS, { recursive: true });
      await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
    },
    close: async () => {
      await app.close();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Tests that begin in the lab, with a live connection; any complaint of the page fails them. */
export const test = base.extend<{ panel: Panel }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern
  panel: async ({}, use, info) => {
    const panel = await launchPanel({ args: ['--lab'] });
    await use(panel);
    if (info.status !== info.expectedStatus) await info.attach('page', { body: await panel.page.screenshot(), contentType: 'image/png' });
    await panel.close();
    expect(panel.complaints, 'complaints of the page').toEqual([]);
  },
});

export { expect };

const LOST_ANSWERS = 10;

/** The inspector of Electron now and then loses the answer of what was evaluated in the main process; it is asked again. */
function keepAnswers(app: ElectronApplication): void {
  const evaluate = app.evaluate.bind(app) as (...words: readonly unknown[]) => Promise<unknown>;
  const patient = async (...words: readonly unknown[]): Promise<unknown> => {
    for (let lost = 0; ; lost += 1) {
      try {
        return await evaluate(...words);
      } catch (thrown) {
        if (lost >= LOST_ANSWERS || !String(thrown).includes('promise was garbage collected')) throw thrown;
      }
    }
  };
  Object.assign(app, { evaluate: patient });
}
