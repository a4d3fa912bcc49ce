import { expect, test } from '@playwright/test';
import type { SetupState } from '../../shared/capabilities/setup/contract.ts';
import { setupPage } from '../pages/setup.ts';
import { panelWindow } from '../pages/window.ts';
import { tabStops, violationsOf } from '../support/accessibility.ts';
import { captureWindow, crowding, zoomTo } from '../support/reflow.ts';
import { answerSetup, CLEAN_PLAN, LOCKED, PLAN, READY_PLAN, runOf, STATE } from '../support/setup-states.ts';
import { resize, setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const page = () => shared().page;
const { alert, banner, dialog, notice, runCommand, statusBar, vramReading } = panelWindow(page);
const setup = setupPage(page);

/** Shows this state of the host, and no plan. */
async function show(state: Partial<SetupState>, plan: Parameters<typeof answerSetup>[2] = PLAN): Promise<void> {
  await answerSetup(shared(), { ...STATE, ...state }, plan);
  await shared().goTo('Setup');
  if (await setup.backButton().isVisible()) await setup.backButton().click();
  await expect(setup.recipes()).toHaveCount(STATE.recipes.length);
  if (await setup.clearSelectionButton().isVisible()) await setup.clearSelectionButton().click();
}

test.beforeAll(async () => {
  await expect(vramReading()).toBeVisible();
});

test('each recipe shows how the host stands to it, and why it is blocked', async () => {
  await show({});
  await expect(setup.recipe('least-privilege')).toContainText('Up to date');
  await expect(setup.recipe('invokeai')).toContainText('3 changes');
  await expect(setup.recipe('images-shim')).toContainText('Not installed');
  await expect(setup.recipe('nginx')).toContainText('Blocked');
  await expect(setup.recipe('nginx')).toContainText('Port 7860 is in use');
  await expect(setup.recipe('comfyui')).toContainText('Needs sudo to check');
  await expect(setup.recipe('gateway')).toContainText('Not read yet');
  await expect(setup.recipe('switch')).toContainText('Not on this host');
  await expect(setup.recipe('switch')).toContainText('Only InvokeAI is installed.');
  await expect(setup.nextSteps()).toHaveCount(7);
  await expect(setup.nextSteps().filter({ hasText: 'Run integration tests' })).toContainText('Unknown');
});

test('a plan shows blocked steps first, what each step does, and why it cannot be applied yet', async () => {
  await show({});
  await setup.selectAndPlan(['InvokeAI', 'Least privilege']);
  await expect(setup.backButton()).toBeFocused();
  await expect(setup.steps('blocked')).toContainText('Install driver 570 or newer.');
  await expect(setup.steps('change').filter({ hasText: 'Python environment' })).toContainText('also while this computer sleeps');
  await expect(setup.steps('change').filter({ hasText: 'Unit invokeai.service' })).toContainText('Put back after 120 s unless confirmed');
  await expect(page().getByText('nginx: image requests via the gateway fail until it responds.')).toBeVisible();
  await expect(setup.applyButton()).toBeDisabled();
  await expect(page().getByText('Resolve the blocked steps before applying.')).toBeVisible();
  await expect(setup.steps('ok').first()).toBeHidden();
  await page().getByText('12 steps are done already').click();
  await expect(setup.steps('ok')).toHaveCount(12);
  await page().getByRole('button', { name: 'Show all 60 lines' }).click();
  await expect(page().getByRole('region', { name: /invokeai\.service$/ })).toContainText('VARIABLE_59');

  await answerSetup(shared(), STATE, READY_PLAN);
  await setup.checkButton().click();
  await expect(setup.applyButton()).toBeEnabled();
  await setup.backButton().press('Enter');
  await expect(setup.recipe('invokeai')).toBeVisible();
});

test('Back returns the focus to the recipe that was planned', async () => {
  await show({});
  await setup.planButton('comfyui').press('Enter');
  await expect(setup.backButton()).toBeFocused();
  await page().keyboard.press('Enter');
  await expect(setup.planButton('comfyui')).toBeFocused();
});

test('a host in good order says so', async () => {
  await show({}, CLEAN_PLAN);
  await setup.setUpHostButton().click();
  await expect(page().getByText('No changes. Everything is set up.')).toBeVisible();
  await expect(setup.applyButton()).toHaveCount(0);
});

test('a plan names who holds the host, and takes over only when it could be applied', async () => {
  await show({}, { ...READY_PLAN, locked: LOCKED });
  await setup.setUpHostButton().click();
  await expect(notice()).toContainText('anna on laptop since');
  await expect(notice()).toContainText('Last active 12 s ago');
  await expect(setup.takeOverButton()).toBeEnabled();
  await expect(setup.applyButton()).toBeDisabled();
  await expect(setup.applyButton()).toHaveAccessibleDescription('Another setup holds this host.');
  await answerSetup(shared(), STATE, { ...PLAN, locked: LOCKED });
  await setup.planAgainButton().click();
  await expect(setup.takeOverButton()).toBeDisabled();
  await answerSetup(shared(), STATE, READY_PLAN);
  await setup.planAgainButton().click();
  await expect(setup.applyButton()).toBeEnabled();
  await expect(setup.takeOverButton()).toHaveCount(0);
});

test('a plan that fails gives the reason, and Retry reads again', async () => {
  const hint = 'Check that the host has a POSIX shell.';
  await show({}, { code: 'host-read-failed', layer: 'host', message: 'Could not read the host.', hint, retryable: true });
  await setup.setUpHostButton().click();
  await expect(alert()).toContainText(hint);
  await answerSetup(shared(), STATE, CLEAN_PLAN);
  await alert().getByRole('button', { name: 'Retry' }).click();
  await expect(page().getByText('No changes. Everything is set up.')).toBeVisible();
  await expect(alert()).toHaveCount(0);
});

test('a run shows its steps and output, and a mark on every page', async () => {
  await show({ run: runOf('running') });
  await expect(setup.run()).toContainText('2 of 6 steps');
  await expect(setup.runSteps().nth(2)).toContainText('Running');
  await expect(setup.output()).toContainText('part 199 of 200');
  const isAtEnd = () => setup.output().evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop < 2);
  await expect.poll(isAtEnd).toBe(true);
  await setup.output().press('Home');
  // The key scrolls smoothly, and each step of it counts as scrolled by hand.
  await expect.poll(() => setup.output().evaluate((box) => box.scrollTop)).toBe(0);
  await page().getByRole('button', { name: 'Go to end' }).click();
  await expect.poll(isAtEnd).toBe(true);
  await shared().goTo('GPU');
  await banner().getByRole('button', { name: 'Setup running' }).click();
  await expect(setup.cancelButton()).toBeVisible();
  await setup.setUpHostButton().click();
  await expect(page().getByText('A setup is running on this host.')).toBeVisible();
});

test('a run that stopped says why, and how it goes on', async () => {
  await show({ run: runOf('failed') });
  await expect(alert()).toContainText('did not respond within 300 s');
  await expect(setup.resumeButton()).toBeEnabled();
  await expect(setup.saveReportButton()).toBeEnabled();
  await show({ run: runOf('failed', LOCKED) });
  await expect(alert().getByRole('button', { name: 'Take over' })).toBeEnabled();
  await show({ run: runOf('interrupted') });
  await expect(setup.resumeButton()).toBeEnabled();
  await expect(setup.dismissButton()).toHaveCount(0);
  await show({ run: runOf('done') });
  await expect(setup.run()).toContainText('took 1 min 30 s');
  await expect(setup.resumeButton()).toHaveCount(0);
});

test('the main process checks the parameters, and its reason appears at the field', async () => {
  await show({});
  await setup.parametersButton('InvokeAI').click();
  const port = dialog().getByRole('textbox', { name: 'Port' });
  await expect(dialog()).toContainText('Saved (hidden)');
  await port.fill('99999999');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await expect(dialog()).toContainText('Use a number from');
  await expect(port).toBeFocused();
  await page().keyboard.press('Escape');
  await expect(setup.parametersButton('InvokeAI')).toBeFocused();
});

test('Tab reaches every control of cards, plan and run, each with a name', async () => {
  await show({});
  expect(await tabStops(page())).toEqual(
    expect.arrayContaining(['Refresh', 'Set up this host', 'Select InvokeAI', 'Parameters of InvokeAI', 'Plan InvokeAI']),
  );
  await show({}, READY_PLAN);
  await setup.setUpHostButton().press('Enter');
  await expect(setup.applyButton()).toBeEnabled();
  expect(await tabStops(page())).toEqual(
    expect.arrayContaining(['Back', 'Plan again', 'Apply 6 changes', 'Export as Ansible playbook', '12 steps are done already']),
  );
  await show({ run: runOf('running') });
  expect(await tabStops(page())).toEqual(expect.arrayContaining(['Cancel', 'Pause', 'Output']));
  await show({ run: runOf('failed', LOCKED) });
  expect(await tabStops(page())).toEqual(
    expect.arrayContaining(['Save report', 'Copy report', 'Dismiss', 'Resume', 'Copy details', 'Take over']),
  );
});

test('the palette plans a recipe', async () => {
  await show({});
  await shared().goTo('Overview');
  await runCommand('plan ComfyUI');
  await expect(setup.backButton()).toBeVisible();
  await expect(statusBar()).toBeVisible();
});

test('cards, plan and run fit into small and large windows, in both themes', async () => {
  const looks: readonly { readonly name: string; readonly open: () => Promise<void> }[] = [
    { name: 'cards', open: () => show({}) },
    {
      name: 'plan',
      open: async () => {
        await show({});
        await setup.setUpHostButton().click();
        await expect(setup.steps('change').first()).toBeVisible();
      },
    },
    { name: 'running', open: () => show({ run: runOf('running') }) },
    { name: 'failed', open: () => show({ run: runOf('failed') }) },
    { name: 'done', open: () => show({ run: runOf('done') }) },
    {
      name: 'locked',
      open: async () => {
        await show({}, { ...READY_PLAN, locked: LOCKED });
        await setup.setUpHostButton().click();
        await expect(setup.takeOverButton()).toBeVisible();
      },
    },
  ];
  for (const size of [
    { width: 640, height: 480, zoom: 2 },
    { width: 1280, height: 800, zoom: 1 },
    { width: 1920, height: 1000, zoom: 0.75 },
  ]) {
    await zoomTo(shared(), size);
    for (const { name, open } of looks) {
      await open();
      expect(await crowding(page()), `${name} at ${size.width} px`).toEqual([]);
      for (const scheme of ['light', 'dark'] as const) {
        await setTheme(shared(), scheme);
        await captureWindow(shared(), `setup-${name}-${scheme}-${size.width}`);
        if (size.width === 1280) expect(await violationsOf(page()), `${name} in ${scheme}`).toEqual([]);
      }
    }
  }
  await zoomTo(shared(), { width: 1280, height: 800, zoom: 1 });
  await resize(shared(), 1280, 800);
});
