import { expect, test } from '@playwright/test';
import { gatewayPage } from '../pages/gateway.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { answerConfirmations } from '../support/confirmations.ts';
import { breakLab, repairLab, resize, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const panel = sharedPanel();
const page = () => panel().page;
const { banner, main } = panelWindow(page);
const {
  backendRow,
  backends,
  connectionDialog,
  editConnectionButton,
  overloadTest,
  overloadTestButton,
  problems,
  runOverloadTest,
  sendRequestsButton,
  slotRow,
  slots,
  tools,
} = gatewayPage(page);

test.beforeEach(async () => {
  await panel().goTo('Gateway');
  await expect(slots()).toBeVisible();
});

test('slots, backends and tools are shown, also in the top bar and the chain', async () => {
  await expect(slotRow('gpu_heavy')).toContainText('0 of 2');
  // What needs nobody is one line each.
  await expect(slots()).toContainText(/\d+ classes idle/);
  await expect(backends()).toContainText('5 ready, 5 not set up');
  await expect(backends().getByRole('row')).toHaveCount(3);
  await expect(backendRow('heartmula_music')).toHaveCount(0);
  await backends().getByRole('button', { name: /ready/ }).click();
  await expect(backends().getByRole('row')).toHaveCount(13);
  await expect(backendRow('heartmula_music')).toContainText('Not set up');
  await expect(problems()).toContainText('Backend qwen3_tts is unreachable: tts requests get 503.');
  await expect(problems()).toContainText('Why: ConnectError');
  await expect(tools().getByRole('row', { name: /http_fetch/ })).toContainText('3');
  await expect(tools()).toContainText('does not populate them');
  await expect(banner().getByRole('button', { name: /Gateway: 0 of 2 slots in use/ })).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'gateway');
  await panel().goTo('Overview');
  await expect(page().getByText('0 of 2 slots')).toBeVisible();
});

test('chat models are listed on request', async () => {
  await page().getByRole('button', { name: 'List models' }).click();
  await expect(page().getByRole('row', { name: /fast.*llama3\.1:8b/ })).toBeVisible();
});

test('slots in use appear within seconds', async () => {
  await breakLab(panel(), 'gateway-overloaded');
  await expect(slotRow('gpu_heavy')).toContainText('2 of 2');
  await repairLab(panel(), 'gateway-overloaded');
  await expect(slotRow('gpu_heavy')).toContainText('0 of 2');
});

test('a rejected token is reported, not retried, and corrected in the form', async () => {
  await breakLab(panel(), 'gateway-token-refused');
  await expect(page().getByRole('alert')).toContainText('rejected the token');
  await expect(page().getByRole('alert')).toContainText('Not retried automatically.');
  await takeScreenshots(panel(), 'gateway-token-refused');
  await repairLab(panel(), 'gateway-token-refused');
  await page().getByRole('alert').getByRole('button', { name: 'Edit connection' }).click();
  const dialog = connectionDialog();
  await expect(dialog.getByLabel('Address')).toHaveValue('https://127.0.0.1:8800');
  expect(await violationsOf(page())).toEqual([]);
  await panel().screenshot('gateway-form');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page().getByRole('alert')).toHaveCount(0);
});

test('a certificate that cannot be verified is shown with its facts and accepted; a changed one blocks with both fingerprints', async () => {
  await breakLab(panel(), 'gateway-bad-certificate');
  await expect(page().getByText('SHA-256')).toBeVisible();
  await expect(page().getByText('Valid until')).toBeVisible();
  await takeScreenshots(panel(), 'gateway-certificate');
  await answerConfirmations(panel(), true);
  await page().getByRole('button', { name: 'Accept this certificate' }).click();
  await expect(page().getByText('SHA-256')).toHaveCount(0);
  await expect(slotRow('gpu_heavy')).not.toHaveAttribute('data-stale');
  await repairLab(panel(), 'gateway-bad-certificate');
  await expect(page().getByText('Previously accepted')).toBeVisible();
  await expect(page().getByText('Presented now')).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await page().getByRole('button', { name: 'Accept the new certificate' }).click();
  await expect(page().getByText('Previously accepted')).toHaveCount(0);
  await expect(slotRow('gpu_heavy')).not.toHaveAttribute('data-stale');
});

test('a gateway that is away leaves its last reading, drawn as stale', async () => {
  await breakLab(panel(), 'gateway-restarting');
  await expect(page().getByRole('alert')).toContainText('Retrying in');
  await expect(slotRow('gpu_heavy')).toHaveAttribute('data-stale');
  await repairLab(panel(), 'gateway-restarting');
  await expect(slotRow('gpu_heavy')).not.toHaveAttribute('data-stale', /.*/);
});

test('the overload test shows the expected result, each request and the verdict', async () => {
  await breakLab(panel(), 'nobody-else');
  await breakLab(panel(), 'images-take-1-s');
  await expect(backendRow('gpu_heavy')).toContainText('ready');
  await expect(slotRow('gpu_heavy')).toContainText('0 of 2');
  await overloadTestButton().click();
  const dialog = page().getByRole('dialog', { name: /Overload test/ });
  await expect(dialog).toContainText('Expected: 2 accepted, 1 rejected (429)');
  expect(await violationsOf(page())).toEqual([]);
  await panel().screenshot('gateway-overload-asked');
  await sendRequestsButton().click();
  await expect(overloadTest()).toContainText('429, no slot');
  await expect(overloadTest()).toContainText('As expected: 2 accepted, 1 rejected (429).');
  await expect(overloadTest().getByText('200 OK')).toHaveCount(2);
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'gateway-overload');
  await repairLab(panel(), 'images-take-1-s');
  await repairLab(panel(), 'nobody-else');
});

test('a cancelled overload test says that its slots stay in use, and when they are free', async () => {
  await breakLab(panel(), 'nobody-else');
  await runOverloadTest();
  await expect(overloadTest()).toContainText('429, no slot');
  // A finished request counts down to nothing.
  await expect(overloadTest()).not.toContainText('again');
  await expect(slotRow('gpu_heavy')).toContainText('2 of 2');
  await overloadTest().getByRole('button', { name: 'Cancel' }).click();
  await expect(overloadTest()).toContainText('slots still in use');
  await expect(overloadTest()).toContainText('The gateway finishes the images already started');
  await takeScreenshots(panel(), 'gateway-overload-cancelled');
  expect(await violationsOf(page())).toEqual([]);
  await expect(overloadTest()).toContainText('Images finished, 0 of 2 slots in use');
  await repairLab(panel(), 'nobody-else');
});

test('a 429 names the class for images; the form changes it back and keeps the token', async () => {
  const firstSlots = slots().getByRole('row').nth(1);
  await expect(firstSlots).toContainText('gpu_heavy');
  await breakLab(panel(), 'gateway-images-to-gpu-fast');
  await breakLab(panel(), 'images-take-1-s');
  await runOverloadTest();
  await expect(overloadTest()).toContainText('3 requests at once to gpu_fast');
  await expect(overloadTest()).toContainText('As expected: 2 accepted, 1 rejected (429)');
  await expect(firstSlots).toContainText('gpu_fast');
  await expect(backends().getByRole('row').nth(1)).toContainText('gpu_fast');
  await repairLab(panel(), 'gateway-images-to-gpu-fast');
  await repairLab(panel(), 'images-take-1-s');
  await editConnectionButton().click();
  const dialog = connectionDialog();
  await dialog.getByLabel('Backend class for images').fill('gpu_heavy');
  await expect(dialog).toContainText('Saved. Leave empty to keep it.');
  await panel().screenshot('gateway-form');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(firstSlots).toContainText('gpu_heavy');
  await expect(page().getByRole('alert')).toHaveCount(0);
});

test('a backend that is not ready is explained without a click, here and on the Overview, and nothing moves', async () => {
  const top = async (): Promise<number> => (await slots().boundingBox())?.y ?? 0;
  const before = await top();
  await breakLab(panel(), 'gateway-not-ready');
  const first = problems().getByRole('alert');
  await expect(first).toContainText('Gateway is rejecting image requests: backend gpu_heavy is not ready.');
  await expect(first).toContainText(/Likely cause: The gateway (found|rejects image requests because it found) gpu_heavy not ready/);
  await expect(first.getByRole('button', { name: 'Find the cause' })).toBeVisible();
  expect(await top()).toBe(before);
  await takeScreenshots(panel(), 'gateway-problem');
  await resize(panel(), 1280, 800);
  const row = backendRow('gpu_heavy');
  await expect(row).toContainText('Not ready');
  await expect(row).toContainText('the shim or InvokeAI behind it does not');
  await panel().goTo('Overview');
  const problem = main().getByRole('alert').filter({ hasText: 'Gateway is rejecting image requests' });
  await expect(problem).toBeVisible();
  await repairLab(panel(), 'gateway-not-ready');
  await expect(problem).toHaveCount(0);
});

test('no token ever reaches the window', async () => {
  const state = await page().evaluate(() => window.ada.gateway.state({ hostId: 'lab', value: undefined }));
  expect(JSON.stringify(state)).not.toContain('lab-token');
});
