import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { ARTIFACTS, type Panel } from './panel.ts';

/** Gives the page a width and height in CSS pixels, by the window's size and its zoom. */
export async function zoomTo(panel: Panel, o: { readonly width: number; readonly height: number; readonly zoom: number }): Promise<void> {
  await panel.app.evaluate(({ BrowserWindow }, { width, height, zoom }) => {
    const window = BrowserWindow.getAllWindows()[0];
    window?.setContentSize(Math.round(width * zoom), Math.round(height * zoom));
    window?.webContents.setZoomFactor(zoom);
  }, o);
  await expect.poll(() => panel.page.evaluate(() => window.innerWidth)).toBe(o.width);
}

/** Keeps an image of the whole window as an artefact, whatever its zoom: Playwright's own shows a part of a zoomed page. */
export async function captureWindow(panel: Panel, name: string): Promise<void> {
  // The window's image is that of its last frame, which may be older than what the page is now.
  await panel.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const png = await panel.app.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
    return image?.toPNG().toString('base64') ?? '';
  });
  mkdirSync(ARTIFACTS, { recursive: true });
  writeFileSync(join(ARTIFACTS, `${name}.png`), Buffer.from(png, 'base64'));
}

/** What does not fit on the page, in words: sideways overflow, interactive elements over each other, names without room. */
export async function crowding(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const MIN_NAME_PX = 40;
    const NAMES = 'h1, .ada-host-label, .services-name, .ada-table tbody th, .models-job-name, .ada-chain-label';
    const problems: string[] = [];
    const overflow = document.documentElement.scrollWidth - window.innerWidth;
    if (overflow > 0) problems.push(`the document is ${overflow} px too wide`);
    const main = document.querySelector('main');
    if (main !== null && main.scrollWidth > main.clientWidth) {
      problems.push(`the page is ${main.scrollWidth - main.clientWidth} px too wide`);
    }
    const nameOf = (one: Element): string =>
      (one.getAttribute('aria-label') ?? one.textContent ?? '').trim().slice(0, 40) || `${one.tagName} ${one.className}`;
    for (const one of document.querySelectorAll(NAMES)) {
      const { width } = one.getBoundingClientRect();
      if (one.checkVisibility() && width < MIN_NAME_PX && one.scrollWidth > one.clientWidth) {
        problems.push(`“${nameOf(one)}” has ${Math.round(width)} px`);
      }
    }
    /** What is left of an element's box inside the boxes that clip it. */
    const visibleBox = (one: Element) => {
      let { left, top, right, bottom } = one.getBoundingClientRect();
      for (let parent = one.parentElement; parent !== null; parent = parent.parentElement) {
        if (getComputedStyle(parent).overflow === 'visible') continue;
        const clip = parent.getBoundingClientRect();
        left = Math.max(left, clip.left);
        top = Math.max(top, clip.top);
        right = Math.min(right, clip.right);
        bottom = Math.min(bottom, clip.bottom);
      }
      return { left, top, right, bottom };
    };
    const boxes = [...document.querySelectorAll('button, a[href], input:not([type="radio"]), select, textarea, [role="combobox"]')]
      // What floats over the page by design covers some of it.
      .filter((one) => one.checkVisibility({ opacityProperty: true }) && one.closest('.ada-skip, .logs-live, .ada-undo') === null)
      .map((one) => ({ one, box: visibleBox(one) }))
      .filter(({ box }) => box.right - box.left > 2 && box.bottom - box.top > 2);
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) {
        if (a.one.contains(b.one) || b.one.contains(a.one)) continue;
        // The buttons inside a field belong to it.
        const field = a.one.closest('.mantine-Input-wrapper');
        if (field !== null && field === b.one.closest('.mantine-Input-wrapper')) continue;
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (wide > 1 && high > 1) problems.push(`“${nameOf(a.one)}” and “${nameOf(b.one)}” overlap`);
      }
    }
    return problems;
  });
}
