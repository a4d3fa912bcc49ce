import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchPanel, type Panel } from '../support/panel.ts';

const HOUR_MS = 3_600_000;
const dataFolder = join(mkdtempSync(join(tmpdir(), 'ada-past-')), 'data');
test.afterAll(() => rmSync(join(dataFolder, '..'), { recursive: true, force: true, maxRetries: 5 }));

interface Usage {
  readonly samples: number;
  readonly oldestSampleAt: number;
}
const call = async <T>({ page }: Panel, expression: string): Promise<T> =>
  (await page.evaluate(`window.ada.history.${expression}.then(({ value }) => value)`)) as T;
const usage = (panel: Panel): Promise<Usage> => call(panel, 'usage()');

/** Samples of the lab's GPU in each of the last 48 hours. */
const samplesByHour = async (panel: Panel, toMs: number): Promise<readonly number[]> => {
  const span = `fromMs: ${toMs - 48 * HOUR_MS}, toMs: ${toMs}`;
  const [gpu] = await call<readonly string[]>(panel, `subjects({ hostId: 'lab', kind: 'gpu', ${span} })`);
  const asked = `{ hostId: 'lab', kind: 'gpu', subjects: ['${gpu}'], metrics: ['memoryUsedMiB'], ${span}, buckets: 48 }`;
  const counts = `series(${asked}).then(({ ok, value }) => ({ ok, value: [...value.columns[0]].filter((_, i) => i % 5 === 4) }))`;
  return await call(panel, counts);
};

/** Whether the lab's journal has a line of 30 to 40 hours before a time. */
const hasEarlierLine = ({ page }: Panel, atMs: number): Promise<boolean> =>
  page.evaluate(
    ({ fromMs, toMs }) =>
      window.ada.journal
        .range({ hostId: 'lab', value: { units: ['invokeai.service'], fromMs, toMs, count: 1 } })
        .then((read) => read.ok && read.value.length > 0),
    { fromMs: atMs - 40 * HOUR_MS, toMs: atMs - 30 * HOUR_MS },
  );

test('the lab begins with two days of history, which a second start neither doubles nor loses', async () => {
  const first = await launchPanel({ args: ['--lab'], dataFolder, hasPast: true });
  // Opened while the days before are still being stored.
  await first.goTo('GPU');
  await first.page.getByText('48 h', { exact: true }).click();
  const vram = first.page.locator('.ada-chart').first();
  await expect(vram).toContainText('no data');
  await expect.poll(async () => (await usage(first)).oldestSampleAt, { timeout: 120_000 }).toBeLessThan(Date.now() - 47 * HOUR_MS);
  await expect
    .poll(async () => (await samplesByHour(first, Date.now())).filter((count) => count > 3_400).length, { timeout: 120_000 })
    .toBeGreaterThan(45);
  await expect(vram).not.toContainText('no data', { timeout: 30_000 });
  const endedAt = Date.now();
  await first.close();
  expect(first.complaints).toEqual([]);

  const second = await launchPanel({ args: ['--lab'], dataFolder, hasPast: true });
  await expect(second.page.getByText(/\d+\.\d \/ 45\.0 GiB/).first()).toBeVisible();
  // The journal of the days before comes last: another past, if there were one, would be stored by now.
  await expect.poll(async () => await hasEarlierLine(second, endedAt), { timeout: 120_000 }).toBe(true);
  expect(
    await call<readonly string[]>(
      second,
      `subjects({ hostId: 'lab', kind: 'process', fromMs: ${endedAt - 48 * HOUR_MS}, toMs: ${endedAt} })`,
    ),
  ).toContainEqual(expect.stringMatching(/ unit invokeai\.service$/));
  const counts = await samplesByHour(second, endedAt);
  expect(Math.max(...counts)).toBeLessThanOrEqual(3_602);
  expect(counts.filter((count) => count > 3_400).length).toBeGreaterThan(45);
  await second.close();
});
