import { test as base } from '@playwright/test';
import type { LabFault } from '../../lab/base/faults.ts';
import { expect, type LaunchOptions, launchPanel, type Panel } from './panel.ts';

/**
 * One panel for all tests of a file: starting one costs seconds, and an operator does not restart it between two clicks either.
 * Each test leaves it as it found it. What the page complained of fails the test it happened in.
 */
export function sharedPanel(options: LaunchOptions = { args: ['--lab'] }): () => Panel {
  let panel: (Panel & { close(): Promise<void> }) | null = null;
  base.beforeAll(async () => {
    panel = await launchPanel(options);
    // Not the runtime's zoom or a small screen decides what is in sight.
    await resize(panel, 1280, 800);
  });
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern
  base.afterEach(async ({}, info) => {
    if (panel === null) return;
    if (info.status !== info.expectedStatus) await info.attach('page', { body: await panel.page.screenshot(), contentType: 'image/png' });
    expect(panel.complaints.splice(0), 'complaints of the page').toEqual([]);
  });
  base.afterAll(async () => {
    await panel?.close();
    panel = null;
  });
  return () => {
    if (panel === null) throw new Error('the panel is there only inside a test');
    return panel;
  };
}

/** Sizes the window's content, in CSS pixels. */
export async function resize(panel: Panel, width: number, height: number): Promise<void> {
  await panel.app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height), {
    width,
    height,
  });
  await expect.poll(() => panel.page.evaluate(() => window.innerWidth)).toBe(width);
}

export async function setTheme(panel: Panel, colorScheme: 'light' | 'dark'): Promise<void> {
  const outcome = await panel.page.evaluate((scheme) => window.ada.settings.update({ appearance: { colorScheme: scheme } }), colorScheme);
  expect(outcome).toMatchObject({ ok: true });
  await expect(panel.page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
}

/** Breaks something in the lab. */
export async function breakLab(panel: Panel, fault: LabFault): Promise<void> {
  expect(await panel.page.evaluate((name) => window.ada.hosts.labFault({ hostId: 'lab', fault: name, on: true }), fault)).toMatchObject({
    ok: true,
  });
}

export async function repairLab(panel: Panel, fault: LabFault): Promise<void> {
  expect(await panel.page.evaluate((name) => window.ada.hosts.labFault({ hostId: 'lab', fault: name, on: false }), fault)).toMatchObject({
    ok: true,
  });
}

/** The next "save as" dialogs answer this path, or, with null, that the operator cancelled. */
export async function answerSaveDialog(panel: Panel, filePath: string | null): Promise<void> {
  await panel.app.evaluate(({ dialog }, answer) => {
    dialog.showSaveDialog = async () => ({ canceled: answer === null, filePath: answer ?? '' });
  }, filePath);
}

/** Images of one state at both sizes and in both themes; the theme is dark again afterwards. */
export async function takeScreenshots(panel: Panel, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await setTheme(panel, scheme);
    for (const [width, height] of [
      [1024, 700],
      [1280, 800],
    ] as const) {
      await resize(panel, width, height);
      await panel.screenshot(`${name}-${scheme}-${width}`);
    }
  }
}
