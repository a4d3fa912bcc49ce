import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { startLab } from '../../lab/lab.ts';
import { panelWindow } from '../pages/window.ts';
import { addLabHost } from '../support/lab-hosts.ts';
import { launchPanel, type Panel } from '../support/panel.ts';
import { resize, setTheme } from '../support/shared-panel.ts';
import { BARE_HOST_PICTURES, LAB_PICTURES, type Picture } from './pictures.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'images');
const WIDTH = 1280;
const USUAL_HEIGHT = 960;
/** Whether the two days before the lab was opened are in the history: the hours before its host's start come last. */
const HAS_PAST = `(async () => {
  const span = { hostId: 'lab', kind: 'gpu', fromMs: Date.now() - 4.5 * 3_600_000, toMs: Date.now() - 3.5 * 3_600_000 };
  const { value: subjects } = await window.ada.history.subjects(span);
  const { value } = await window.ada.history.series({ ...span, subjects: subjects.length > 0 ? subjects : ['none'], metrics: ['memoryUsedMiB'], buckets: 10 });
  return value.columns[0].every((number) => !Number.isNaN(number));
})()`;
/** As in lab-past.spec.ts: a busy machine is no failure. */
const PAST_TIMEOUT_MS = 120_000;
const wanted = process.argv.slice(2);

/** One picture in both themes, of a panel that shows its page. */
async function take(panel: Panel, { name, height, prepare, moment }: Picture): Promise<void> {
  await resize(panel, WIDTH, height ?? USUAL_HEIGHT);
  await prepare(panel);
  // A busy machine makes the connection look slow for some seconds.
  await panelWindow(() => panel.page)
    .hostButton()
    .filter({ hasText: /\D[12]?\d{1,2} ms/ })
    .waitFor();
  await moment?.(panel);
  for (const scheme of ['light', 'dark'] as const) {
    await setTheme(panel, scheme);
    await panel.page.evaluate(() => document.fonts.ready);
    await panel.page.mouse.move(0, 0);
    await panel.page.getByRole('main').evaluate((main) => main.scrollTo(0, 0));
    const path = join(FOLDER, `${name}-${scheme}.png`);
    await panel.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    console.log(`docs/images/${name}-${scheme}.png`);
  }
}

async function takeAll(args: readonly string[], pictures: readonly Picture[], connect: (panel: Panel) => Promise<void>): Promise<void> {
  const chosen = pictures.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (chosen.length === 0) return;
  const panel = await launchPanel({ args, hasPast: true });
  try {
    await connect(panel);
    for (const picture of chosen) await take(panel, picture);
  } finally {
    // Runs may still wait; without an answer the window would ask whether to discard them.
    await panel.app.evaluate(({ dialog }) => {
      dialog.showMessageBoxSync = () => 1;
    });
    await panel.close();
  }
}

mkdirSync(FOLDER, { recursive: true });
await takeAll(['--lab'], LAB_PICTURES, async ({ page }) => {
  await panelWindow(() => page)
    .vramReading()
    .waitFor();
  await expect.poll(() => page.evaluate<boolean>(HAS_PAST), { timeout: PAST_TIMEOUT_MS }).toBe(true);
});
const bare = await startLab({ bare: true });
try {
  await takeAll([], BARE_HOST_PICTURES, async (panel) => {
    await addLabHost(panel, 'ada2', bare);
    await panel.page.getByRole('button', { name: 'Connect to ada2' }).click();
    await panelWindow(() => panel.page)
      .hostButton()
      .filter({ hasText: /ada2.*\d+ ms/ })
      .waitFor();
  });
} finally {
  await bare.close();
}
