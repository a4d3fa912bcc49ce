import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { encode } from 'fast-png';
import { pngChunk, pngSize, readText } from '../../electron/capabilities/gallery/png.ts';
import { fixture } from '../../fixtures/samples.ts';
import { playgroundPage } from '../pages/playground.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { answerSaveDialog, breakLab, repairLab, resize, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const panel = sharedPanel();
const page = () => panel().page;
const { dialog, enterPassword, selectOption, undoButton, vramReading } = panelWindow(page);
const {
  applyImportButton,
  cancelButton,
  done,
  gallery,
  galleryImages,
  gallerySearch,
  generateButton,
  hideRequestButton,
  imageDialog,
  preview,
  prompt,
  quickPreset,
  runImageAction,
  runs,
  seed,
  selectRoute,
  showRequestButton,
  timing,
} = playgroundPage(page);

/** What a file manager would paste; Electron reads it in two routes, by version. */
const copiedFiles = (): Promise<string> =>
  panel().app.evaluate(async ({ clipboard }) => {
    const format = 'text/uri-list';
    const readBuffer: unknown = Reflect.get(clipboard, 'readBuffer');
    if (typeof readBuffer === 'function') return String(readBuffer.call(clipboard, format));
    const [item] = await clipboard.read();
    const found = await item?.getType(item.types.find((one) => one.includes(format)) ?? format);
    return found instanceof Blob ? found.text() : '';
  });

test.beforeAll(async () => {
  await expect(vramReading()).toBeVisible();
  await breakLab(panel(), 'nobody-else');
  await breakLab(panel(), 'images-take-1-s');
});

test.beforeEach(async () => {
  await panel().goTo('Playground');
});

test('an empty Playground teaches', async () => {
  await expect(page().getByText('No image yet')).toBeVisible();
  await expect(page().getByText('Gallery is empty')).toBeVisible();
  await expect(generateButton()).toBeDisabled();
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-empty');
});

test('an image via the gateway is shown, timed and saved with its parameters', async () => {
  await expect(page().getByText(/slots free/)).toBeVisible();
  await prompt().fill('a red apple on a table, window light');
  await seed().fill('12345');
  await generateButton().click();
  await expect(cancelButton()).toBeVisible();
  await expect(done('via the gateway')).toBeVisible();
  const screenshot = page().getByRole('img', { name: 'a red apple on a table, window light' });
  await expect(screenshot).toBeVisible();
  await expect(screenshot).toHaveAttribute('data-natural', '1024x1024');
  await expect(timing()).toContainText('generate');
  await showRequestButton().click();
  await expect(page().getByText('$GATEWAY_TOKEN')).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await hideRequestButton().click();
  await takeScreenshots(panel(), 'playground-done');
  const files = readdirSync(join(panel().dataFolder, 'gallery')).filter((name) => name.endsWith('.png'));
  expect(files).toHaveLength(1);
  expect(readFileSync(join(panel().dataFolder, 'gallery', files[0] ?? '')).toString('latin1')).toContain('Seed: 12345');
});

test('straight into InvokeAI: previews while it runs, and Cancel', async () => {
  await repairLab(panel(), 'images-take-1-s');
  await selectRoute('InvokeAI');
  await generateButton().click();
  await expect(preview()).toBeVisible();
  await panel().screenshot('playground-running');
  await cancelButton().click();
  await expect(
    page()
      .locator('.play-run')
      .getByText(/Cancelled after/),
  ).toBeVisible();
  await expect(page().getByText('InvokeAI cancelled 1 job.')).toBeVisible();
  await breakLab(panel(), 'images-take-1-s');
});

test('Cancel through the gateway says what InvokeAI and the gateway reported, and no more', async () => {
  await repairLab(panel(), 'images-take-1-s');
  await selectRoute('Gateway');
  await generateButton().click();
  await expect(preview()).toBeVisible();
  await cancelButton().click();
  await expect(page().getByText(/InvokeAI cancelled job \d+\. The gateway ended the request/)).toBeVisible();
  await expect(page().getByText('0 of 2 slots in use')).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-cancelled');
  await breakLab(panel(), 'images-take-1-s');
});

test('the selected route stays when it cannot be used, and the heading says why', async () => {
  await selectRoute('Gateway');
  await breakLab(panel(), 'gateway-not-ready');
  const heading = page().getByText('Gateway unavailable: Backend gpu_heavy is not ready.');
  await expect(heading).toBeVisible({ timeout: 60_000 });
  await expect(page().getByRole('radio', { name: 'Gateway' })).toBeChecked();
  await takeScreenshots(panel(), 'playground-gateway-not-ready');
  await repairLab(panel(), 'gateway-not-ready');
  await expect(heading).toHaveCount(0, { timeout: 60_000 });
  await expect(page().getByText('Sending via Gateway')).toBeVisible();
});

test('the shim, a preset, another seed, and two images side by side', async () => {
  await selectRoute('Shim');
  await quickPreset().click();
  await expect(page().getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('Dreamshaper 8');
  await generateButton().click();
  await expect(done('via the images shim')).toBeVisible();
  await page().getByRole('button', { name: 'Regenerate (new seed)' }).click();
  await expect(gallery().getByRole('listitem')).toHaveCount(3);
  await page().getByRole('button', { name: 'Compare with another image' }).click();
  await galleryImages().last().click();
  const comparison = dialog('Compare 2 images');
  await expect(comparison.getByRole('figure')).toHaveCount(2);
  await expect(comparison.locator('[data-differs]').first()).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await panel().screenshot('playground-compare');
  await page().keyboard.press('Escape');
  await expect(comparison).toHaveCount(0);
});

test('an image is saved, found and deleted', async () => {
  const target = join(panel().dataFolder, 'saved.png');
  await answerSaveDialog(panel(), target);
  await galleryImages().first().click();
  const image = imageDialog();
  await runImageAction('Save image as…');
  await expect(page().getByText(`Saved to ${target}`)).toBeVisible();
  expect(readFileSync(target).subarray(1, 4).toString('latin1')).toBe('PNG');
  await runImageAction('Copy file (keeps parameters)');
  await expect(page().getByText('File copied to clipboard')).toBeVisible();
  expect(await copiedFiles()).toMatch(/^file:\/\/\/.*\/gallery\/\d{8}-\d{6}-[0-9a-f]{8}\.png/);
  await image.getByRole('button', { name: 'Move to trash' }).click();
  await expect(image.getByText('Moved 1 to the trash')).toBeVisible();
  await page().keyboard.press('Escape');
  await expect(image).toHaveCount(0);
  await expect(gallery().getByRole('listitem')).toHaveCount(2);
  await expect(page().getByText(/1 deleted image, .* removed after 30 days/)).toBeVisible();
  await takeScreenshots(panel(), 'playground-deleted');
  await undoButton().click();
  await expect(gallery().getByRole('listitem')).toHaveCount(3);
  await expect(undoButton()).toHaveCount(0);
  await gallerySearch().fill('nothing like it');
  await expect(page().getByText('No matching images')).toBeVisible();
  await gallerySearch().fill('');
});

test('the run no longer offers an image that was deleted, until that is undone', async () => {
  const region = page().locator('.play-run');
  // A thumbnail that is still on its way would miss its file.
  const isLoading = () => page().evaluate(() => [...document.images].some((image) => !image.complete));
  await expect.poll(isLoading).toBe(false);
  await region.getByRole('button', { name: 'Delete image' }).click();
  await expect(region.getByText('Image deleted')).toBeVisible();
  await page().reload();
  await panel().goTo('Playground');
  await expect(region.getByText('Image deleted')).toBeVisible();
  await page().getByRole('button', { name: 'Delete permanently…' }).click();
  await page().getByRole('button', { name: 'Delete permanently', exact: true }).click();
  await expect(page().getByText(/deleted image, /)).toHaveCount(0);
});

test('the focus returns to the image after Esc in the viewer', async () => {
  const thumb = galleryImages().last();
  await thumb.focus();
  await page().keyboard.press('Enter');
  await expect(imageDialog()).toBeVisible();
  await page().keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
  await expect(thumb).toBeFocused();
});

test('Ctrl+Enter that belongs to an input method starts nothing', async () => {
  const run = () => page().evaluate(async () => window.ada.images.queue({ hostId: 'lab', value: { known: [] } }));
  const before = await run();
  await prompt().fill('りんご');
  await prompt().evaluate((field) => {
    for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, ...init }));
    }
  });
  expect(await run()).toEqual(before);
});

test('limits are named at the field', async () => {
  await prompt().fill('a'.repeat(4_001));
  await expect(page().getByText('At most 4\u202f000 characters; this has 4\u202f001.')).toBeVisible();
  await expect(generateButton()).toBeDisabled();
  await prompt().fill('a red apple');
  await seed().fill('4294967296');
  await expect(page().getByText(/A whole number from 0 to 4\u202f294\u202f967\u202f295/)).toBeVisible();
  await seed().fill('');
  await expect(generateButton()).toBeEnabled();
});

/** As other programs write it: Latin-1 text right behind the header. */
function pngWith(keyword: string, text: string): Buffer {
  const image = Buffer.from(encode({ width: 8, height: 8, data: new Uint8Array(192), channels: 3 }));
  return Buffer.concat([image.subarray(0, 33), pngChunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1')), image.subarray(33)]);
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** Drops or pastes a file as the window would get it. */
async function hand(kind: 'drop' | 'paste', name: string, data: Buffer): Promise<void> {
  await page().evaluate(
    ({ kind, name, bytes }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
      const init = { bubbles: true, cancelable: true };
      const event =
        kind === 'drop'
          ? new DragEvent('drop', { ...init, dataTransfer: transfer })
          : new ClipboardEvent('paste', { ...init, clipboardData: transfer });
      document.querySelector('.play-right')?.dispatchEvent(event);
    },
    { kind, name, bytes: [...data] },
  );
}

test('a dropped, pasted or picked image of another program says what it has, then fills the form and lists the unused parameters', async () => {
  const line = 'Steps: 25, Sampler: Euler a, CFG scale: 7, Seed: 12345, Size: 512x768, Model: Dreamshaper 8, Hires upscale: 2';
  await hand('drop', 'a1111.png', pngWith('parameters', `a green pear\nNegative prompt: blurry\n${line}`));
  await expect(page().getByText('Parameters read from Automatic1111')).toBeVisible();
  await expect(page().getByRole('list', { name: 'Parameters not used' })).toHaveText('Hires upscale: 2');
  const before = await prompt().inputValue();
  expect(before).not.toBe('a green pear');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-import-offered');
  await applyImportButton().click();
  await undoButton().click();
  await expect(prompt()).toHaveValue(before);
  await hand('drop', 'a1111.png', pngWith('parameters', `a green pear\nNegative prompt: blurry\n${line}`));
  await applyImportButton().click();
  await expect(prompt()).toHaveValue('a green pear');
  await expect(page().getByLabel('Negative prompt')).toHaveValue('blurry');
  await expect(page().getByRole('combobox', { name: 'Size' })).toHaveValue('512 × 768');
  await expect(page().getByRole('combobox', { name: 'Scheduler' })).toHaveValue('euler_a');
  await expect(seed()).toHaveValue('12345');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-import');
  const graph = {
    3: { class_type: 'KSampler', inputs: { seed: 42, steps: 20, cfg: 8, positive: ['6', 0] } },
    6: { class_type: 'CLIPTextEncode', inputs: { text: 'a plum' } },
  };
  await hand('paste', 'comfyui.png', pngWith('prompt', JSON.stringify(graph)));
  await applyImportButton().click();
  await expect(prompt()).toHaveValue('a plum');
  const metadata = { positive_prompt: 'a quince', negative_prompt: '', seed: 7, steps: 30, cfg_scale: 6 };
  await page()
    .locator('input[type=file]')
    .setInputFiles({ name: 'invokeai.png', mimeType: 'image/png', buffer: pngWith('invokeai_metadata', JSON.stringify(metadata)) });
  // The key that the operator would press next.
  await expect(applyImportButton()).toBeFocused();
  await page().keyboard.press('Enter');
  await expect(prompt()).toHaveValue('a quince');
  const workflow = fixture('image-parameters', 'comfyui-workflow.json').replace('juggernautXL_v9', 'unheard_of');
  await hand('drop', 'workflow.png', pngWith('workflow', workflow));
  await expect(page().getByText('Model unheard_of is not on Lab. Model in the form unchanged.')).toBeVisible();
  await applyImportButton().click();
  await expect(prompt()).toHaveValue('a glass bottle with a galaxy inside');
  await hand('drop', 'fooocus.png', pngWith('parameters', fixture('image-parameters', 'fooocus.json')));
  await expect(page().getByText('Parameters read from Fooocus v2.5.5')).toBeVisible();
  await applyImportButton().click();
  await expect(prompt()).toHaveValue('a fox in the snow');
  const comment = Buffer.from(`a quince\n${line}\0`);
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0II*\0\x08\0\0\0\x01\0\x86\x92\x07\0', 'latin1'),
    u32(comment.length),
    u32(26),
    u32(0),
    comment,
  ]);
  await hand(
    'drop',
    'forge.jpg',
    Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]), exif]),
  );
  await applyImportButton().click();
  await expect(prompt()).toHaveValue('a quince');
  await hand('drop', 'screenshot.png', pngWith('Software', 'a screenshot tool'));
  await expect(page().getByText('No parameters found')).toBeVisible();
  await expect(prompt()).toHaveValue('a quince');
  await page().getByRole('button', { name: 'Dismiss imported parameters' }).click();
  await expect(page().getByText('No parameters found')).toHaveCount(0);
});

test('four images of one run are compared with one zoom', async () => {
  await selectRoute('InvokeAI');
  await page().getByLabel('Images', { exact: true }).fill('4');
  await generateButton().click();
  await page().getByRole('button', { name: 'Compare 4' }).click();
  const comparison = dialog('Compare 4 images');
  await expect(comparison.getByRole('figure')).toHaveCount(4);
  // The seeds alone differ, and are all that is named.
  await expect(comparison.locator('[data-differs] dt').filter({ hasText: /^seed$/ })).toHaveCount(4);
  await expect(comparison.locator('[data-differs]')).toHaveCount(4);
  const scales = () =>
    comparison.locator('.compare-stage > div').evaluateAll((images) => [...new Set(images.map((one) => one.getAttribute('style')))]);
  const fitting = await scales();
  expect(fitting).toHaveLength(1);
  await page().keyboard.press('1');
  await expect(comparison.getByRole('status')).toHaveText('100 %');
  await page().keyboard.press('ArrowLeft');
  expect(await scales()).toHaveLength(1);
  expect(await scales()).not.toEqual(fitting);
  const stage = comparison.locator('.compare-stage').first();
  await stage.hover();
  await page().mouse.wheel(0, 400);
  await expect(comparison.getByRole('status')).not.toHaveText('100 %');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-compare-4');
  await comparison.getByRole('button', { name: 'Move right: image 1' }).click();
  await comparison.getByRole('button', { name: 'Remove: image 1' }).click();
  await expect(dialog('Compare 3 images').getByRole('figure')).toHaveCount(3);
  await page().keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
  await page().getByLabel('Images', { exact: true }).fill('1');
});

test('a sweep over two parameters runs as one group, and its sheet is compared and saved with its axes', async () => {
  await page().getByRole('button', { name: 'Sweep…' }).click();
  const setup = dialog('Sweep two parameters');
  await setup.getByLabel('Column values').fill('4, 6');
  await setup.getByLabel('Row values').fill('5-8:3');
  await expect(setup.getByRole('status')).toContainText('4 images (2 × 2)');
  await expect(setup.getByRole('status')).toContainText(/time unknown|about \d/);
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-sweep');
  await setup.getByLabel('Row values').fill('0');
  await expect(setup.getByRole('status')).toContainText('“0” is out of range for guidance.');
  await expect(setup.getByRole('button', { name: 'Start sweep' })).toBeDisabled();
  await setup.getByLabel('Row values').fill('5, 8');
  await setup.getByRole('button', { name: 'Start sweep' }).click();
  await expect(runs().getByText('Sweep: steps × guidance')).toBeVisible();
  await runs().getByRole('button', { name: 'Open sheet' }).click();
  const sheet = dialog('Sweep: steps × guidance');
  await expect(sheet.getByRole('button', { name: /^Steps \d, Guidance \d$/ })).toHaveCount(4, { timeout: 60_000 });
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-sheet');
  const target = join(panel().dataFolder, 'sheet.png');
  await answerSaveDialog(panel(), target);
  await sheet.getByRole('button', { name: 'Save sheet as…' }).click();
  await expect.poll(() => existsSync(target)).toBe(true);
  const saved = readFileSync(target);
  expect(readText(saved, 'parameters')).toContain('Columns: Steps = 4 | 6\nRows: Guidance = 5 | 8');
  expect(pngSize(saved)?.width).toBeGreaterThan(2 * 512);
  await sheet.getByRole('button', { name: 'Steps 4, Guidance 5' }).click();
  await sheet.getByRole('button', { name: 'Steps 6, Guidance 8' }).click();
  await sheet.getByRole('button', { name: 'Compare 2' }).click();
  await expect(dialog('Compare 2 images').getByRole('figure')).toHaveCount(2);
  await page().keyboard.press('Escape');
  await page().keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
});

test('the parameters of a run go into the form, and the form before them comes back', async () => {
  await prompt().fill('words of the form');
  await runs()
    .getByRole('button', { name: /^a red apple/ })
    .first()
    .click({ button: 'right' });
  await page().getByRole('menuitem', { name: 'Use parameters' }).click();
  await expect(prompt()).not.toHaveValue('words of the form');
  await undoButton().click();
  await expect(prompt()).toHaveValue('words of the form');
});

test('prompts come back by arrow keys and by search, presets and wildcard lists are saved', async () => {
  await prompt().fill('');
  await prompt().press('ArrowUp');
  const newest = await prompt().inputValue();
  expect(newest).not.toBe('');
  await prompt().press('ArrowUp');
  expect(await prompt().inputValue()).not.toBe(newest);
  await prompt().press('ArrowDown');
  await prompt().press('ArrowDown');
  await expect(prompt()).toHaveValue('');
  await page().getByRole('button', { name: 'Prompt history' }).click();
  await page().getByLabel('Search sent prompts').fill('red window');
  await page()
    .getByRole('list', { name: 'Prompt history' })
    .getByRole('button', { name: /^a red apple on a table/ })
    .click();
  await expect(prompt()).toHaveValue('a red apple on a table, window light');

  await page().getByRole('button', { name: 'Presets' }).click();
  await page().getByLabel('Save current as preset').fill('Mine');
  await page().getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page().getByRole('list', { name: 'Presets' }).getByRole('button', { name: /^Mine/ })).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await page().getByRole('button', { name: 'Delete preset Mine' }).click();
  await expect(page().getByRole('list', { name: 'Presets' }).getByRole('button', { name: /^Mine/ })).toHaveCount(0);
  await page().keyboard.press('Escape');
  await undoButton().click();
  await page().getByLabel('Steps', { exact: true }).fill('11');
  await page().getByRole('button', { name: 'Presets' }).click();
  await page().getByRole('list', { name: 'Presets' }).getByRole('button', { name: /^Mine/ }).click();
  await expect(page().getByLabel('Steps', { exact: true })).not.toHaveValue('11');

  await page().getByRole('button', { name: 'Wildcards' }).click();
  const lists = dialog('Wildcards');
  await lists.getByLabel('Name').fill('colour');
  await lists.getByLabel('Lines, one choice each').fill('red\ngreen\n');
  await lists.getByRole('button', { name: 'Save' }).click();
  await expect(lists.getByRole('button', { name: 'Insert in prompt' })).toBeEnabled();
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-wildcards');
  await page().keyboard.press('Escape');
  await prompt().fill('a __colour__ {pear|boat}');
  await seed().fill('5');
  await expect(page().getByText(/^Sends: a (red|green) (pear|boat)$/)).toBeVisible();
  await page().getByLabel('Images', { exact: true }).fill('2');
  await expect(page().getByText(/^First image: a (red|green) (pear|boat)$/)).toBeVisible();
  await page().getByLabel('Images', { exact: true }).fill('1');
  await prompt().fill('a __mood__ pear');
  await expect(page().getByText('There is no list named mood.')).toBeVisible();
  await prompt().fill('a __colour__ {pear|boat}');
  await generateButton().click();
  await expect(
    page()
      .locator('.play-run')
      .getByRole('img', { name: /^a (red|green) (pear|boat)$/ }),
  ).toBeVisible();
  await seed().fill('');
});

test('a failed run keeps its parameters and shows the diagnosis', async () => {
  await selectRoute('Gateway');
  await breakLab(panel(), 'out-of-memory');
  await generateButton().click();
  await expect(page().getByRole('list', { name: 'Host diagnosis' })).toContainText('CUDA out of memory');
  await expect(page().getByText(/Your settings are unchanged. Seed/)).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-failed');
  await repairLab(panel(), 'out-of-memory');
  await page()
    .getByRole('alert')
    .filter({ has: page().getByRole('list', { name: 'Host diagnosis' }) })
    .getByRole('button', { name: 'Retry', exact: true })
    .click();
  await expect(done('via the gateway')).toBeVisible();
});

test('runs queue up: Generate never waits, the list shows each run, and waiting ones are moved and removed with undo', async () => {
  await selectRoute('InvokeAI');
  await repairLab(panel(), 'images-take-1-s');
  for (const text of ['a first pear', 'a second pear', 'a third pear']) {
    await prompt().fill(text);
    await expect(generateButton()).toBeEnabled();
    await page().keyboard.press('Control+Enter');
  }
  await expect(page().getByText('Generating via InvokeAI, 2 waiting')).toBeVisible();
  await expect(runs().getByText('1 running, 2 waiting')).toBeVisible();
  await expect(
    page()
      .locator('.play-run')
      .getByText(/^Generating, step \d+ of \d+$/),
  ).toBeVisible();
  await expect(
    page()
      .locator('.play-run')
      .getByText(/ left$/),
  ).toBeVisible();
  // The first run stays at work, however long the looks at the list take.
  await breakLab(panel(), 'stuck-queue');
  const prompts = () => runs().locator('.play-runs-prompt').allTextContents();
  expect((await prompts()).slice(0, 3)).toEqual(['a first pear', 'a second pear', 'a third pear']);
  await runs().getByRole('button', { name: 'Move up: a third pear' }).click();
  await expect.poll(async () => (await prompts()).slice(0, 3)).toEqual(['a first pear', 'a third pear', 'a second pear']);
  await runs().getByRole('button', { name: 'Remove: a second pear' }).click();
  await expect(runs().getByText('1 running, 1 waiting')).toBeVisible();
  await undoButton().click();
  await expect(runs().getByText('1 running, 2 waiting')).toBeVisible();
  // The queue goes on while another page is open.
  await panel().goTo('Overview');
  await panel().goTo('Playground');
  expect((await prompts()).slice(1, 3)).toEqual(['a third pear', 'a second pear']);
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-queue');
  await runs().getByRole('button', { name: 'Cancel all' }).click();
  await expect(runs().getByText('Cancelled before it was sent')).toHaveCount(2);
  await repairLab(panel(), 'stuck-queue');
  await runs().getByRole('button', { name: 'Clear finished' }).click();
  await expect(runs()).toHaveCount(0);
  await breakLab(panel(), 'images-take-1-s');
});

test('Generate is in sight in a small window without scrolling', async () => {
  await resize(panel(), 1024, 700);
  await expect(generateButton()).toBeInViewport({ ratio: 1 });
  await resize(panel(), 1280, 800);
});

test('a size that the gateway rejects is marked before sending', async () => {
  await selectRoute('Gateway');
  await selectOption('Size', /1536 × 1536/);
  await expect(page().getByText(/Too large: at most 2.0 megapixels/)).toBeVisible();
  await expect(generateButton()).toBeDisabled();
  await selectRoute('InvokeAI');
  await expect(generateButton()).toBeEnabled();
});

test('straight into ComfyUI: progress, previews, Cancel that ComfyUI confirms, and an image in the gallery', async () => {
  await selectRoute('ComfyUI');
  await expect(page().getByText(/^ComfyUI unavailable: /)).toBeVisible();
  await page().evaluate(() => window.ada.services.act({ hostId: 'lab', value: { unit: 'comfyui.service', verb: 'start' } }));
  await enterPassword('lab');
  await expect(page().getByText('Sending via ComfyUI')).toBeVisible({ timeout: 60_000 });
  await prompt().fill('a yellow boat on a lake');
  await selectOption('Model', 'Default (server)');
  await selectOption('Size', '1024 × 1024');
  await selectOption('Scheduler', 'Default');
  await seed().fill('2024');
  await repairLab(panel(), 'images-take-1-s');
  await generateButton().click();
  await expect(
    page()
      .locator('.play-run')
      .getByText(/^Generating, step \d+ of \d+$/),
  ).toBeVisible();
  await expect(preview()).toBeVisible();
  await panel().screenshot('playground-comfyui-running');
  await cancelButton().click();
  await expect(page().getByText('ComfyUI interrupted 1 job.')).toBeVisible();
  await breakLab(panel(), 'images-take-1-s');
  await generateButton().click();
  await expect(done('via ComfyUI’s queue')).toBeVisible();
  await showRequestButton().click();
  await expect(page().getByText(/curl -sS http:\/\/127\.0\.0\.1:8188\/prompt/)).toBeVisible();
  await hideRequestButton().click();
  await expect(timing()).toContainText('generate');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-comfyui-done');
  await gallerySearch().fill('comfyui yellow boat 2024');
  await gallery().getByRole('button', { name: 'Open image: a yellow boat on a lake' }).click();
  await expect(imageDialog()).toContainText('dreamshaper_8.safetensors');
  await page().keyboard.press('Escape');
  await gallerySearch().fill('');
});

// Last, since the page's own call is replaced.
test('a refused request is shown in the form that sent it', async () => {
  await panel().app.evaluate(({ ipcMain }) => {
    ipcMain.removeHandler('images.startForm');
    ipcMain.handle('images.startForm', () => ({
      ok: false,
      error: {
        code: 'bad-input',
        layer: 'panel',
        message: 'The request was refused. Prompt: too strange.',
        hint: 'Change it.',
        retryable: false,
      },
    }));
  });
  await generateButton().click();
  await expect(page().locator('.play-form').getByRole('alert')).toContainText('Prompt: too strange.');
  await takeScreenshots(panel(), 'playground-refused');
});
