import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { gatewayPage } from '../pages/gateway.ts';
import { reportDialog } from '../pages/report.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { ARTIFACTS } from '../support/panel.ts';
import { seedHistory } from '../support/seed-history.ts';
import { answerSaveDialog, breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const HOUR_MS = 3_600_000;
const dataFolder = mkdtempSync(join(tmpdir(), 'ada-panel-report-'));
const nowMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const away = { fromMs: nowMs - 20 * HOUR_MS, toMs: nowMs - 14 * HOUR_MS };
seedHistory(dataFolder, { nowMs, hours: 40, away });

const shared = sharedPanel({ args: ['--lab'], dataFolder });
const page = () => shared().page;
const { dialog, expectNotice, runCommand, vramReading } = panelWindow(page);
const { chart, runOverloadTest, slotRow } = gatewayPage(page);
const report = reportDialog(page);

test.describe.configure({ mode: 'serial' });
test.afterAll(() => rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 }));

async function saved(format: 'HTML' | 'Markdown' | 'PDF', extension: string): Promise<Buffer> {
  const file = join(dataFolder, `report.${extension}`);
  await answerSaveDialog(shared(), file);
  await report.saveAs(format);
  await expect.poll(() => readSafely(file)?.length ?? 0, { timeout: 60_000 }).toBeGreaterThan(0);
  return readFileSync(file);
}

function readSafely(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

test('a report of 48 h has what the panel stored and what the host and the gateway kept', async () => {
  await expect(vramReading()).toBeVisible();
  await shared().goTo('Gateway');
  await breakLab(shared(), 'nobody-else');
  await breakLab(shared(), 'images-take-1-s');
  await expect(slotRow('gpu_heavy')).toContainText('of 2');
  await runOverloadTest();
  await expect(chart('Image requests')).toContainText(/accepted: .* maximum 2\./);
  await repairLab(shared(), 'images-take-1-s');
  await runCommand('Make report');
  await report.make();
  const text = await report.preview().innerText();
  // A stretch without the panel is a gap, to the bucket.
  expect(text).toMatch(/No data .*: the panel was not running/);
  expect(text).toMatch(/\| Gateway \| 9\d\.\d % \| 1 day 1\d h of 2 days/);
  expect(text).toMatch(/\| Gateway’s request log: every client \| 2 \| 1 × 429: no free slot \|/);
  expect(text).toMatch(/\| Requests of this panel to the gateway \| 2 \| 1 × 429: no free slot \|/);
  expect(text).toMatch(/\| Service invokeai\.service \| (?:100|99\.\d+) % \| \d h.* of 2 days \|.*\| host’s journal \|/);
  expect(text).toContain('NVIDIA driver | 580');
  expect(text).toContain('invokeai.yaml');
  expect(text).toContain('Differences from the recipes');
  expect(text).not.toContain('lab-token-5f1c');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(shared(), 'report-dialog');
});

test('it is saved as Markdown as it was shown', async () => {
  const shown = await report.preview().innerText();
  const markdown = (await saved('Markdown', 'md')).toString('utf8');
  expect(markdown.trim().length).toBeGreaterThan(1_000);
  expect(markdown.replaceAll(/\s+/g, ' ').trim()).toBe(shown.replaceAll(/\s+/g, ' ').trim());
});

test('it is saved as one file of HTML that loads nothing and reads in both themes', async () => {
  const html = (await saved('HTML', 'html')).toString('utf8');
  expect(html).not.toMatch(/<(?:script|img|iframe|link|object)\b/);
  expect(html).not.toMatch(/(?:https?:)?\/\/[^\s"<]+\.(?:js|css|woff2?)/);
  expect(html.match(/<svg /g)?.length).toBeGreaterThanOrEqual(6);
  expect(html).toContain('class="gap"');
  mkdirSync(ARTIFACTS, { recursive: true });
  for (const theme of ['light', 'dark'] as const) writeFileSync(join(ARTIFACTS, `report-${theme}.png`), await pictureOf(html, theme));
});

test('it is printed as PDF with pages of text', async () => {
  const pdf = await saved('PDF', 'pdf');
  writeFileSync(join(ARTIFACTS, 'report.pdf'), pdf);
  expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  const raw = pdf.toString('latin1');
  expect(raw.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThanOrEqual(3);
  expect(raw).toContain('/ToUnicode');
  const shown = [...raw.matchAll(/stream\r?\n/g)].flatMap(({ index, 0: begin }) => {
    try {
      return [inflateSync(pdf.subarray(index + begin.length, pdf.indexOf('endstream', index)), { finishFlush: 2 }).toString('latin1')];
    } catch {
      return [];
    }
  });
  expect(shown.filter((text) => /\bT[jJ]\b/.test(text)).length).toBeGreaterThanOrEqual(3);
  await page().keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
  await expectNotice('Report saved to');
});

test('the configuration alone is a report, and a cancelled dialog saves nothing', async () => {
  await shared().goTo('Checks');
  await report.openButton().click();
  await report.part('Monitoring').uncheck();
  await report.make();
  const text = await report.preview().innerText();
  expect(text).toContain('# Configuration of Lab');
  expect(text).not.toContain('## Availability');
  await answerSaveDialog(shared(), null);
  await report.saveAs('Markdown');
  await expect(report.preview()).toBeVisible();
  await report.part('Configuration as deployed').uncheck();
  await expect(report.dialog()).toContainText('Select a part.');
  await expect(report.makeButton()).toBeDisabled();
  await page().keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
});

/** The whole page as a browser shows it, of a session of its own. */
async function pictureOf(html: string, theme: 'light' | 'dark'): Promise<Buffer> {
  const { app } = shared();
  const opened = app.waitForEvent('window');
  const id = await app.evaluate(
    ({ BrowserWindow, session }, [text, scheme]) => {
      const own = session.fromPartition(`report-${scheme}`);
      own.protocol.registerBufferProtocol('app', (_request, respond) =>
        respond({ data: Buffer.from(text), headers: { 'content-type': 'text/html; charset=utf-8' } }),
      );
      const window = new BrowserWindow({ width: 1000, height: 1000, webPreferences: { session: own } });
      void window.loadURL('app://panel/report');
      return window.id;
    },
    [html, theme] as const,
  );
  const window = await opened;
  await window.emulateMedia({ colorScheme: theme });
  await expect(window.getByRole('heading', { level: 1 })).toBeVisible();
  const ground = await window.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(ground).toBe(theme === 'dark' ? 'rgb(20, 25, 32)' : 'rgb(255, 255, 255)');
  const picture = await window.screenshot({ fullPage: true });
  await app.evaluate(({ BrowserWindow }, windowId) => BrowserWindow.fromId(windowId)?.destroy(), id);
  return picture;
}
