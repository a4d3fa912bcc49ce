import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { fillGallery } from '../../bench/gallery-folder.ts';
import { playgroundPage } from '../pages/playground.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { answerSaveDialog, resize, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const COUNT = 240;
const scratch = mkdtempSync(join(tmpdir(), 'ada-panel-gallery-'));
fillGallery(scratch, COUNT, { largeCount: 6, intervalMs: 3_600_000 });
const panel = sharedPanel({ args: ['--lab'], dataFolder: scratch });
const page = () => panel().page;
const { dialog, expectNotice, selectOption, undoButton } = panelWindow(page);
const { gallery, galleryImages, gallerySearch, imageDialog, prompt, runImageAction, seed } = playgroundPage(page);
test.afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The newest image is number 239: its prompt begins with its number. */
const tile = (number: number) => gallery().getByRole('button', { name: new RegExp(`^Open image: image ${number} of`) });
const tileChecks = () => gallery().getByRole('button', { name: /^Select image/ });
const selectionBar = () => gallery().getByRole('toolbar');
const place = () => imageDialog().locator('.viewer-place');

interface Dragged {
  readonly files: readonly string[];
  readonly hasIcon: boolean;
}
/** What the system would be given to drag, since the last call. */
const dragged = (): Promise<readonly Dragged[]> =>
  panel().app.evaluate(({ BrowserWindow }) => {
    const seen: Dragged[] = Reflect.get(globalThis, 'adaDragged') ?? [];
    Reflect.set(globalThis, 'adaDragged', []);
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents !== undefined) {
      contents.startDrag = (item) => {
        const list: Dragged[] = Reflect.get(globalThis, 'adaDragged');
        list.push({ files: item.files ?? [item.file], hasIcon: typeof item.icon !== 'string' && !item.icon.isEmpty() });
      };
    }
    return seen;
  });
const galleryFiles = () => readdirSync(join(scratch, 'gallery')).filter((name) => name.endsWith('.png'));

test.beforeEach(async () => {
  await panel().goTo('Playground');
  await expect(tile(COUNT - 1)).toBeVisible({ timeout: 60_000 });
});

test('images lie under their days, and only those near the visible part exist', async () => {
  await expect(gallery().getByText(`${COUNT} images`)).toBeVisible();
  await expect(gallery().getByRole('heading', { level: 3 }).first()).toHaveText(/, \d+ January 2026$/);
  expect(await galleryImages().count()).toBeLessThan(COUNT / 2);
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'gallery');
  await resize(panel(), 1280, 800);
  await tile(COUNT - 1).focus();
  await page().keyboard.press('End');
  await expect(tile(0)).toBeFocused();
  await page().keyboard.press('Home');
  await expect(tile(COUNT - 1)).toBeFocused();
});

test('filters find by model, date, favourite and words; empty places say why', async () => {
  await selectOption('Filter by model', /^Dreamshaper 8/);
  await expect(gallery().getByText(`80 of ${COUNT} images`)).toBeVisible();
  await selectOption('Filter by date', 'Choose dates…');
  await page().getByLabel('From').fill('2026-01-02');
  await page().getByLabel('To', { exact: true }).fill('2026-01-02');
  await expect(gallery().getByText(`8 of ${COUNT} images`)).toBeVisible();
  await panel().goTo('Overview');
  await panel().goTo('Playground');
  await expect(gallery().getByText(`8 of ${COUNT} images`)).toBeVisible();
  await page().getByRole('button', { name: 'Only favourites' }).click();
  await expect(gallery().getByText('No matching images')).toBeVisible();
  await gallery().getByRole('button', { name: 'Clear filters' }).last().click();
  await page().getByRole('button', { name: 'Only favourites' }).click();
  await expect(gallery().getByText('No favourites yet')).toBeVisible();
  await gallery().getByRole('button', { name: 'Clear filters' }).last().click();
  await selectOption('Sort images', 'Oldest first');
  await expect(tile(0)).toBeVisible();
  await selectOption('Sort images', 'Newest first');
  await gallerySearch().fill('image 171');
  await expect(galleryImages()).toHaveCount(1);
  await gallerySearch().fill('');
});

test('a favourite is marked by key and found again', async () => {
  await tile(238).focus();
  await page().keyboard.press('f');
  await expect(gallery().getByRole('button', { name: /^Favourite: image 238 / })).toHaveAttribute('aria-pressed', 'true');
  await page().getByRole('button', { name: 'Only favourites' }).click();
  await expect(galleryImages()).toHaveCount(1);
  await page().getByRole('button', { name: 'Only favourites' }).click();
  await expect.poll(() => readFileSync(join(scratch, 'gallery', 'favourites.json'), 'utf8')).toMatch(/-[0-9a-f]{8}/);
});

test('several are selected by click, Shift, Ctrl and keyboard, and go to the trash together with one undo', async () => {
  await tile(239).hover();
  await tileChecks().first().click();
  await expect(selectionBar()).toContainText('1 selected');
  await tile(236).click({ modifiers: ['Shift'] });
  await expect(selectionBar()).toContainText('4 selected');
  await tile(237).click({ modifiers: ['ControlOrMeta'] });
  await expect(selectionBar()).toContainText('3 selected');
  await tile(236).focus();
  await page().keyboard.press('Shift+ArrowRight');
  await expect(selectionBar()).toContainText('5 selected');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'gallery-selection');
  await resize(panel(), 1280, 800);
  await tile(235).focus();
  await page().keyboard.press('Control+a');
  await expect(selectionBar()).toContainText(`${COUNT} selected`);
  await page().keyboard.press('Escape');
  await expect(selectionBar()).toHaveCount(0);
  await tile(239).click({ modifiers: ['ControlOrMeta'] });
  await tile(237).click({ modifiers: ['Shift'] });
  await selectionBar().getByRole('button', { name: 'Move to trash' }).click();
  await expect(page().getByText('Moved 3 to the trash')).toBeVisible();
  await expect(tile(239)).toHaveCount(0);
  expect(galleryFiles()).toHaveLength(COUNT - 3);
  await undoButton().click();
  await expect(tile(239)).toBeVisible();
  await expectNotice('Restored 3 images');
  expect(galleryFiles()).toHaveLength(COUNT);
});

test('a selection is exported as a ZIP file without the parameters', async () => {
  const target = join(scratch, 'images.zip');
  await tile(20 + 219).click({ modifiers: ['ControlOrMeta'] });
  await tile(238).click({ modifiers: ['ControlOrMeta'] });
  await selectionBar().getByRole('button', { name: 'Export…' }).click();
  const exporting = dialog('Export images');
  await exporting.getByLabel('ZIP file').check();
  await exporting.getByLabel('Keep prompt and parameters in the files').uncheck();
  expect(await violationsOf(page())).toEqual([]);
  await panel().screenshot('gallery-export');
  await answerSaveDialog(panel(), target);
  await exporting.getByRole('button', { name: 'Export', exact: true }).click();
  await expectNotice(`Exported 2 images to ${target}`);
  const entries = Object.values(unzipSync(readFileSync(target)));
  expect(entries).toHaveLength(2);
  for (const entry of entries) expect(Buffer.from(entry).toString('latin1')).not.toContain('valley');
  await gallery().getByRole('button', { name: 'Clear' }).click();
});

test('the viewer goes through the gallery by keys, zooms, pans, and gives the focus back to the image it ended on', async () => {
  await tile(239).focus();
  await page().keyboard.press('Enter');
  await expect(place()).toHaveText(`1 of ${COUNT}`);
  await expect(imageDialog().getByRole('img', { name: /^image 239 / })).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'viewer');
  for (const [width, height] of [
    [800, 640],
    [1920, 1080],
    [1280, 800],
  ] as const) {
    await resize(panel(), width, height);
    await panel().screenshot(`viewer-${width}`);
  }
  await page().keyboard.press('ArrowRight');
  await page().keyboard.press('ArrowRight');
  await expect(place()).toHaveText(`3 of ${COUNT}`);
  await expect(imageDialog().getByRole('img', { name: /^image 237 / })).toBeVisible();
  const zoom = imageDialog().locator('.viewer-zoom');
  await page().keyboard.press('1');
  await expect(zoom).toHaveText('100 %');
  await page().keyboard.press('+');
  await expect(zoom).toHaveText('125 %');
  const left = () =>
    imageDialog()
      .locator('.viewer-image')
      .evaluate((image) => Math.round(image.getBoundingClientRect().left));
  const before = await left();
  await page().keyboard.press('ArrowRight');
  await expect.poll(left).toBe(before - 80);
  await expect(place()).toHaveText(`3 of ${COUNT}`);
  await page().mouse.move(400, 400);
  await page().mouse.wheel(0, -200);
  await expect(zoom).toHaveText('206 %');
  await page().mouse.down();
  await page().mouse.move(430, 430);
  await page().mouse.up();
  await page().keyboard.press('0');
  await page().keyboard.press('PageUp');
  await expect(place()).toHaveText(`2 of ${COUNT}`);
  await page().keyboard.press('f');
  await expect(imageDialog().getByRole('button', { name: 'Add to favourites' })).toBeVisible();
  await page().keyboard.press('f');
  await expect(imageDialog().getByRole('button', { name: 'Remove from favourites' })).toBeVisible();
  await page().keyboard.press('i');
  await expect(imageDialog().getByRole('complementary', { name: 'Details' })).toHaveCount(0);
  await page().keyboard.press('i');
  await page().keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
  await expect(tile(238)).toBeFocused();
});

test('the viewer’s menu copies and uses the parameters; an image that it deletes leaves its place to the next', async () => {
  await tile(239).click();
  await expect(place()).toHaveText(`1 of ${COUNT}`);
  await imageDialog().getByRole('img').click({ button: 'right' });
  await expect(page().getByRole('menuitem', { name: 'Show in folder' })).toBeVisible();
  await panel().screenshot('viewer-menu');
  await page().keyboard.press('Escape');
  await expect(page().getByRole('menuitem')).toHaveCount(0);
  await expect(imageDialog()).toBeVisible();
  await runImageAction('Copy parameters');
  await expect(page().getByText('Parameters copied to clipboard')).toBeVisible();
  await page().keyboard.press('Delete');
  await expect(place()).toHaveText(`1 of ${COUNT - 1}`);
  await imageDialog().getByRole('button', { name: 'Undo' }).click();
  await expect(place()).toHaveText(`2 of ${COUNT}`);
  await imageDialog().getByRole('button', { name: 'Use parameters' }).click();
  await expect(imageDialog()).toHaveCount(0);
  await expect(prompt()).toHaveValue(/^image 238 of a valley/);
  await expect(seed()).toHaveValue('238');
  await undoButton().click();
  await expect(prompt()).toHaveValue('');
});

test('an image is dragged out as its file; nothing outside of the gallery can be', async () => {
  await dragged();
  await tile(239).dispatchEvent('dragstart');
  const [name] = galleryFiles().sort().reverse();
  await expect.poll(dragged).toEqual([{ files: [join(scratch, 'gallery', name ?? '')], hasIcon: true }]);
  await tile(239).click({ modifiers: ['ControlOrMeta'] });
  await tile(237).click({ modifiers: ['Shift'] });
  await tile(238).dispatchEvent('dragstart');
  await expect.poll(async () => (await dragged()).map(({ files }) => files.length)).toEqual([3]);
  await page().keyboard.press('Escape');
  await tile(239).click();
  await imageDialog().getByRole('img').dispatchEvent('dragstart');
  await expect.poll(async () => (await dragged()).map(({ files }) => files)).toEqual([[join(scratch, 'gallery', name ?? '')]]);
  await page().keyboard.press('Escape');
  for (const pictureId of ['../../../etc/passwd', '20260101-000000-0123abcd']) {
    expect(await page().evaluate((id) => window.ada.gallery.startDrag({ pictureIds: [id] }), pictureId)).toMatchObject({ ok: false });
  }
  expect(await dragged()).toEqual([]);
});
