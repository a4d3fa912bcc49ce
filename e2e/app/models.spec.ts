import { expect, test } from '@playwright/test';
import { modelsPage } from '../pages/models.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const panel = sharedPanel();
const page = () => panel().page;
const { dialog, expectNotice, region, vramReading } = panelWindow(page);
const models = modelsPage(page);
const { downloads, installed, installedRow } = models;

test.beforeAll(async () => {
  await expect(vramReading()).toBeVisible();
  await breakLab(panel(), 'nobody-else');
});
test.beforeEach(async () => {
  await panel().goTo('Models');
  await models.selectView('Installed');
  await expect(installedRow(/Juggernaut XL v9/)).toBeVisible();
});

test('models are listed with size and missing files, found by words and kind', async () => {
  await expect(models.invokeAiRunning()).toBeVisible();
  await expect(installedRow(/Old Inkpunk/)).toContainText('missing');
  await models.searchField().fill('sdxl');
  await expect(installedRow(/Dreamshaper/)).toHaveCount(0);
  await models.searchField().fill('');
  await models.selectType('VAE');
  await expect(installed().getByRole('row')).toHaveCount(2);
  await models.selectType('all');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models');
});

test('SD 1.5 by one button: progress, pause, go on, and it is there', async () => {
  await models.installStableDiffusionButton().click();
  const bar = downloads().getByRole('progressbar');
  await expect(bar).toBeVisible();
  await expect(downloads()).toContainText(/iB\/s/);
  await expect(downloads()).toContainText(/left/);
  await downloads()
    .getByRole('button', { name: /^Pause/ })
    .click();
  await expect(downloads().getByText('paused')).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models-installing');
  await downloads()
    .getByRole('button', { name: /^Resume/ })
    .click();
  await expect(downloads().getByText('installed')).toBeVisible();
  await expect(installedRow(/stable-diffusion-v1-5/)).toBeVisible();
  await expect(models.installStableDiffusionButton()).toHaveCount(0);
  await models.clearFinishedButton().click();
  await expect(downloads()).toHaveCount(0);
});

test('deleting says what goes from the disk, and it goes', async () => {
  await installed().getByRole('button', { name: 'Delete stable-diffusion-v1-5' }).click();
  const confirm = dialog(/Delete stable-diffusion-v1-5 on Lab/);
  await expect(confirm).toContainText(/frees 2\.\d GiB/);
  expect(await violationsOf(page())).toEqual([]);
  await confirm.getByRole('button', { name: 'Delete model' }).click();
  await expect(installedRow(/stable-diffusion-v1-5/)).toHaveCount(0);
});

test('a typed path or URL is installed from the same field, and a gated repo is explained', async () => {
  await models.installButton().click();
  await expect(models.addField()).toBeFocused();
  await expect(models.recommended()).toContainText('Stable Diffusion', { ignoreCase: true });
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models-add');
  await models.addField().fill('/data/models/my.safetensors');
  await expect(page().getByLabel('Use in place (do not move)')).toBeChecked();
  await models.addField().fill('https://civitai.example/x.safetensors');
  await expect(page().getByLabel('Access token for this download')).toBeVisible();
  await breakLab(panel(), 'gated-repo');
  await models.addField().fill('some/gated-model');
  await models.addField().press('Enter');
  const install = models.installDialog();
  await expect(install).toContainText('Hugging Face has no public model some/gated-model');
  await install.getByRole('button', { name: 'Install (size unknown)' }).click();
  await expect(install.getByRole('alert')).toContainText('could not get some/gated-model');
  expect(await violationsOf(page())).toEqual([]);
  await repairLab(panel(), 'gated-repo');
  await page().keyboard.press('Escape');
  await models.addField().fill('');
});

test('195 starters are searched; a bundle shows what it takes before it is installed', async () => {
  await models.selectView('Add models');
  const list = models.recommended();
  await expect(list.getByRole('row')).toHaveCount(196);
  await list.getByRole('button', { name: /^Z-Image \(/ }).click();
  const bundle = list.getByRole('region', { name: 'Bundle Z-Image' });
  await expect(bundle).toContainText(/about \d+\.\d GiB download \(\d+\.\d GiB free\)/);
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models-starters');
  await models.addField().fill('flux canny');
  await expect(list.getByRole('row')).toHaveCount(3);
  await expect(list).toContainText('2 matches');
  expect(await page().evaluate(() => window.ada.models.state({ hostId: 'lab', value: undefined }))).toMatchObject({ value: { jobs: [] } });
  await models.addField().fill('');
});

test('words find models on Hugging Face; licence and size come before the install', async () => {
  await models.selectView('Add models');
  await models.addField().fill('xl');
  await expect(models.hubRow(/stable-diffusion-xl-base-1\.0/)).toContainText('openrail++');
  await expect(models.hubResults()).toContainText('huggingface.co, from this computer');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models-search');
  // The page is left and opened again as it was.
  await panel().goTo('GPU');
  await panel().goTo('Models');
  await expect(models.addField()).toHaveValue('xl');
  await models.selectHubKind('LoRA');
  await expect(models.hubRow(/portrait-style-xl/)).toBeVisible();
  await expect(models.hubRow(/portrait-xl/)).toHaveCount(0);
  await models.hubRow(/portrait-style-xl/).focus();
  await page().keyboard.press('Enter');
  const install = models.installDialog();
  await expect(install).toContainText('creativeml-openrail-m');
  await expect(install).toContainText(/Derived from\s*stabilityai\/stable-diffusion-xl-base-1\.0/);
  await expect(install.getByRole('button', { name: 'Install 218.0 MiB' })).toBeFocused();
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models-hub-dialog');
  await page().keyboard.press('Enter');
  await expect(install).toHaveCount(0);
  await expect(models.hubRow(/portrait-style-xl/)).toContainText('Installed', { timeout: 60_000 });
  await expectNotice(/Installed .*portrait_style_xl/);
  await models.selectView('Installed');
  await installed().getByRole('button', { name: 'Delete portrait_style_xl' }).click();
  await page().getByRole('button', { name: 'Delete model' }).click();
  await models.clearFinishedButton().click();
  await models.selectView('Add models');
  await models.selectHubKind('Image models');
  await models.addField().fill('');
});

test('a gated model needs an accepted licence and a token; one that is too large cannot be installed', async () => {
  await models.selectView('Add models');
  await models.addField().fill('black-forest-labs/FLUX.1-dev');
  await models.addField().press('Enter');
  const install = models.installDialog();
  await expect(install).toContainText('flux-1-dev-non-commercial-license');
  await expect(install).toContainText('Gated: its licence must be accepted first');
  const button = install.getByRole('button', { name: /^Install \d/ });
  await expect(button).toBeDisabled();
  await expect(install).toContainText('Needs a token of an account that accepted the licence');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models-gated');
  await install.getByLabel('Access token for this download').fill('hf_acceptedlicences00');
  await expect(button).toBeEnabled();
  await page().keyboard.press('Escape');
  await models.addField().fill('lab-research/very-large-image-model');
  await models.addField().press('Enter');
  await expect(install).toContainText('Too large for this GPU: one part is 138.7 GiB, VRAM is 45.0 GiB');
  await expect(button).toBeDisabled();
  await page().keyboard.press('Escape');
  await models.addField().fill('');
});

test('a search that is limited counts down, one without a way says so, and the host is asked where this computer has none', async () => {
  await models.selectView('Add models');
  await breakLab(panel(), 'hub-rate-limited');
  await models.addField().fill('anime');
  await expect(models.hubResults()).toContainText('Hugging Face limits the number of requests.');
  await expect(models.hubResults()).toContainText(/Retry possible in \d+ s/);
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models-search-limited');
  await repairLab(panel(), 'hub-rate-limited');
  await models.hubResults().getByRole('button', { name: 'Retry' }).click();
  await expect(models.hubRow(/anime-xl/)).toBeVisible();
  await breakLab(panel(), 'hub-unreachable-here');
  await models.addField().fill('watercolor');
  await expect(models.hubRow(/watercolor-xl/)).toBeVisible();
  await expect(models.hubResults()).toContainText('huggingface.co, from Lab');
  await breakLab(panel(), 'hugging-face-unreachable');
  await models.addField().fill('neon');
  await expect(models.hubResults()).toContainText('The host cannot reach Hugging Face');
  await repairLab(panel(), 'hugging-face-unreachable');
  await repairLab(panel(), 'hub-unreachable-here');
  await models.addField().fill('');
});

test('Settings choose who searches; the token for it is saved hidden', async () => {
  await panel().goTo('Settings');
  const card = region('Hugging Face');
  await card.getByRole('radiogroup', { name: 'Search Hugging Face from' }).getByText('Host', { exact: true }).click();
  await card.getByLabel('Token for searching').fill('hf_acceptedlicences00');
  await card.getByRole('button', { name: 'Save' }).click();
  await expect(card).toContainText('Saved (hidden)');
  await expect(card.getByLabel('Token for searching')).toHaveValue('');
  await card.getByLabel('Address').fill('http://plain.example');
  await expect(card).toContainText('Use an address like https://huggingface.co');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'settings-hugging-face');
  await card.getByLabel('Address').fill('');
  await panel().goTo('Models');
  await models.selectView('Add models');
  await models.addField().fill('flux');
  await expect(models.hubResults()).toContainText('huggingface.co, from Lab');
  await models.hubRow(/FLUX\.1-dev/).dblclick();
  await expect(models.installDialog()).toContainText('Accepted with the token saved in Settings');
  await page().keyboard.press('Escape');
  await models.addField().fill('');
  await panel().goTo('Settings');
  await card.getByRole('button', { name: 'Remove' }).click();
  await dialog('Remove the Hugging Face token?').getByRole('button', { name: 'Cancel' }).click();
  await expect(card).toContainText('Saved (hidden)');
  await card.getByRole('button', { name: 'Remove' }).click();
  await dialog('Remove the Hugging Face token?').getByRole('button', { name: 'Remove token' }).click();
  await card.getByRole('radiogroup', { name: 'Search Hugging Face from' }).getByText('Automatic', { exact: true }).click();
  await expect(card).not.toContainText('Saved (hidden)');
});

test('a model is used in the Playground from its row; its last use is shown', async () => {
  await installedRow(/Dreamshaper 8/).focus();
  await page().keyboard.press('Shift+F10');
  await page().getByRole('menuitem', { name: 'Use in Playground' }).click();
  await expect(page().getByRole('heading', { level: 1, name: 'Playground' })).toBeVisible();
  await expect(page().getByLabel('Model', { exact: true }).first()).toHaveValue('Dreamshaper 8');
  await panel().goTo('Models');
  await installedRow(/sdxl-vae-fp16-fix/).focus();
  await page().keyboard.press('Shift+F10');
  await expect(page().getByRole('menuitem', { name: /Use in Playground/ })).toBeDisabled();
  await page().keyboard.press('Escape');
  await expect(installed().getByRole('columnheader', { name: /Last used/ })).toBeVisible();
  await expect(installedRow(/Juggernaut XL v9/)).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d/);
  await expect(installedRow(/Old Inkpunk/)).toContainText('unknown');
});

test('a failed install shows its reason and is started over; a stalled one is marked', async () => {
  await breakLab(panel(), 'gated-repo');
  const url = 'https://civitai.example/api/download/paint.safetensors';
  await page().evaluate(
    (source) => window.ada.models.install({ hostId: 'lab', value: { source, isInPlace: false, token: null, neededBytes: null } }),
    url,
  );
  await expect(downloads()).toContainText('requires a login (401)');
  await takeScreenshots(panel(), 'models-failed');
  await repairLab(panel(), 'gated-repo');
  await downloads()
    .getByRole('button', { name: `Start ${url} over` })
    .click();
  await expect(downloads()).toContainText('downloading');
  await breakLab(panel(), 'downloads-stalled');
  await expect(downloads()).toContainText('stalled: no data for 15 s or longer', { timeout: 60_000 });
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models-stalled');
  await repairLab(panel(), 'downloads-stalled');
  await downloads()
    .getByRole('button', { name: `Cancel ${url}` })
    .click();
  const confirm = dialog(`Cancel the install of ${url}?`);
  await expect(confirm).toContainText('downloaded so far');
  await confirm.getByRole('button', { name: 'Cancel install' }).click();
  await expect(downloads()).toContainText('cancelling');
  await expect(downloads()).toContainText('cancelled', { timeout: 60_000 });
  const login = 'https://civitai.example/login';
  await page().evaluate(
    (source) => window.ada.models.install({ hostId: 'lab', value: { source, isInPlace: false, token: null, neededBytes: null } }),
    login,
  );
  await expect(downloads()).toContainText('could not identify this file as a model', { timeout: 60_000 });
  await expect(installedRow(/login/)).toContainText('not recognised');
  await takeScreenshots(panel(), 'models-not-recognised');
  await installed().getByRole('button', { name: 'Delete login' }).click();
  await page().getByRole('button', { name: 'Delete model' }).click();
  await models.clearFinishedButton().click();
  await expect(downloads()).toHaveCount(0);
});

test('an InvokeAI with logins asks for one, and is used with it', async () => {
  await breakLab(panel(), 'invokeai-multiuser');
  await expect(page().getByText('InvokeAI requires a login')).toBeVisible({ timeout: 60_000 });
  const card = region('InvokeAI login');
  await card.getByLabel('Email address').fill('admin@lab.example');
  await card.getByLabel('Password', { exact: true }).fill('wrong');
  await card.getByRole('button', { name: 'Log in to InvokeAI' }).click();
  await expect(card.getByRole('alert')).toContainText('Incorrect email or password');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'models-login');
  await card.getByLabel('Password', { exact: true }).fill('lab-Passw0rd');
  await card.getByRole('button', { name: 'Log in to InvokeAI' }).click();
  await expect(card).toContainText('Logged in as admin@lab.example, administrator', { timeout: 60_000 });
  await expect(models.invokeAiRunning()).toBeVisible();
  await takeScreenshots(panel(), 'models-logged-in');
  await repairLab(panel(), 'invokeai-multiuser');
  await page().evaluate(() => window.ada.models.refresh({ hostId: 'lab', value: undefined }));
  await expect(card).toHaveCount(0);
});

test('the queue is paused and resumed; VRAM is freed with before and after', async () => {
  const queue = models.queue();
  await queue.getByRole('button', { name: 'Pause' }).click();
  await expect(queue).toContainText('Paused: waiting jobs do not start');
  await page().evaluate(() => {
    const parameters = { prompt: 'a queued boat', negativePrompt: '', width: 256, height: 256, steps: 4, guidance: 7 };
    return window.ada.images.start({
      hostId: 'lab',
      value: { route: 'backend', parameters: { ...parameters, seed: 1, model: 'Dreamshaper 8', scheduler: null, count: 1 } },
    });
  });
  await expect(queue).toContainText('Safe to restart; 1 waiting job continues afterwards. Next: a queued boat, from this Playground.');
  await takeScreenshots(panel(), 'models-queue');
  await queue.getByRole('button', { name: 'Resume' }).click();
  await expect(queue).toContainText('Idle');
  const runs = () => page().evaluate(() => window.ada.images.queue({ hostId: 'lab', value: { known: [] } }));
  await expect.poll(runs).toMatchObject({ value: { runs: [{ phase: { kind: 'done' } }] } });
  await models.freeVramButton().click();
  await expectNotice(/before, .* after/);
});

test('a Hugging Face token goes to InvokeAI and out again', async () => {
  const card = region('Hugging Face');
  await expect(card).toContainText('no token');
  await card.getByLabel('Hugging Face token').fill('my-password');
  await card.getByRole('button', { name: 'Log in' }).click();
  await expect(card.getByRole('alert')).toContainText('rejected the token');
  await card.getByLabel('Hugging Face token').fill('hf_expired0000');
  await card.getByRole('button', { name: 'Log in' }).click();
  await expect(card).toContainText('not verified');
  await takeScreenshots(panel(), 'models-hugging-face');
  await card.getByRole('button', { name: 'Log out' }).click();
  await expect(card).toContainText('no token');
  await card.getByLabel('Hugging Face token').fill('hf_abcdefghijkl');
  await card.getByRole('button', { name: 'Log in' }).click();
  await expect(card).toContainText('logged in');
  await card.getByRole('button', { name: 'Log out' }).click();
  await expect(card).toContainText('no token');
});

test('an InvokeAI that is down leaves its last list, drawn as old', async () => {
  await breakLab(panel(), 'invokeai-down');
  await expect(models.invokeAiNotResponding()).toBeVisible();
  await expect(installedRow(/Juggernaut/)).toHaveAttribute('data-stale');
  await takeScreenshots(panel(), 'models-down');
  await repairLab(panel(), 'invokeai-down');
  await expect(models.invokeAiRunning()).toBeVisible();
});

test('InvokeAI is reached at the address in Settings', async () => {
  await panel().goTo('Settings');
  const card = page().getByRole('region', { name: /^InvokeAI and ComfyUI on/ });
  await card.getByLabel('InvokeAI address').fill('127.0.0.1');
  await expect(card).toContainText('Use an address like http://127.0.0.1:9090');
  await card.getByLabel('InvokeAI address').fill('http://127.0.0.1:9');
  await card.getByLabel('InvokeAI address').press('Enter');
  await card.getByRole('radiogroup', { name: 'Connect to InvokeAI via' }).getByText('This computer').click();
  await expect(card).toContainText('is sent unencrypted');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'settings-backends');
  await panel().goTo('Models');
  await expect(models.invokeAiNotResponding()).toBeVisible();
  await panel().goTo('Settings');
  await card.getByRole('button', { name: 'Reset to default' }).click();
  await expect(card.getByLabel('InvokeAI address')).toHaveValue('');
  await panel().goTo('Models');
  await expect(models.invokeAiRunning()).toBeVisible();
});
