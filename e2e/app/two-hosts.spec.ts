import { test } from '@playwright/test';
import { type Lab, startLab } from '../../lab/lab.ts';
import { VERBS, type Verb } from '../../shared/capabilities/services/contract.ts';
import { panelWindow } from '../pages/window.ts';
import { agreeToHeld, heldQuestion, holdConfirmation } from '../support/confirmations.ts';
import { addLabHost } from '../support/lab-hosts.ts';
import { expect } from '../support/panel.ts';
import { sharedPanel } from '../support/shared-panel.ts';

// One operator with two hosts: each test begins with "first" shown, and both connected.
test.describe.configure({ mode: 'serial' });

const shared = sharedPanel({ args: [] });
let first: Lab;
let second: Lab;

const UNIT = 'ollama.service';
const page = () => shared().page;
const { heading, hostButton, main, passwordField, switchBehindDialog } = panelWindow(page);
const dialog = () => panelWindow(page).dialog().filter({ visible: true });

/** What the panel knows of a host, without what changes by itself. */
async function stateOf(hostId: 'first' | 'second'): Promise<unknown> {
  return await page().evaluate(async (id) => {
    const ask = { hostId: id, value: undefined };
    const [services, gateway, models, overload, run, settings] = await Promise.all([
      window.ada.services.refresh(ask),
      window.ada.gateway.state(ask),
      window.ada.models.refresh(ask),
      window.ada.gateway.overload(ask),
      window.ada.images.queue({ hostId: id, value: { known: [] } }),
      window.ada.settings.get(),
    ]);
    return {
      services: services.ok && services.value.units.map((unit) => [unit.name, unit.activeState, unit.unitFileState, unit.invocationId]),
      gateway: gateway.ok && gateway.value.profile,
      models: models.ok && [models.value.models?.map(({ key }) => key), models.value.jobs.length],
      overload: overload.ok && overload.value,
      run: run.ok && run.value,
      pinned: settings.ok && settings.value.services[id],
    };
  }, hostId);
}

test.beforeAll(async () => {
  [first, second] = await Promise.all([startLab({ seed: 3 }), startLab({ seed: 4 })]);
  await addLabHost(shared(), 'first', first);
  await addLabHost(shared(), 'second', second);
  await page().getByRole('button', { name: 'Connect to second' }).click();
  await expect(hostButton()).toContainText(/second.*\d+ ms/);
  await switchBehindDialog('first');
  await expect(hostButton()).toContainText(/first.*\d+ ms/);
});

test.afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
});

const DIALOGS: readonly { readonly place: string; readonly first?: string; readonly opener: RegExp }[] = [
  { place: 'Services', opener: /^Pin services…$/ },
  { place: 'Services', opener: /^Details of nginx$/ },
  { place: 'Models', opener: /^Delete Dreamshaper 8$/ },
  { place: 'Models', first: 'Install a model', opener: /^Licence and size/ },
  { place: 'Gateway', opener: /^(Set up|Set up the gateway)/ },
];

for (const { place, first: opensFirst, opener } of DIALOGS) {
  test(`${place}: what ${opener.source} opened for one host is gone when another one is shown`, async () => {
    const before = await stateOf('second');
    await shared().goTo(place);
    if (opensFirst !== undefined) await main().getByRole('button', { name: opensFirst }).click();
    await main().getByRole('button', { name: opener }).first().click();
    await expect(dialog()).toBeVisible();
    await switchBehindDialog('second');
    await expect(dialog()).toBeHidden();
    await expect(heading(place)).toBeVisible();
    expect(await stateOf('second')).toEqual(before);
    await switchBehindDialog('first');
    await expect(dialog()).toBeHidden();
  });
}

/** Runs the verb on the first host; resolves with its last progress, or with why it was refused. */
async function actOnFirst(verb: Verb): Promise<unknown> {
  return await page().evaluate(
    async ([unit, wanted]) => {
      const ended = new Map<string, unknown>();
      let look = (): void => {};
      const stop = window.ada.services.onAction(({ value }) => {
        if (value.kind === 'done' || value.kind === 'failed') ended.set(value.actionId, value);
        look();
      });
      const started = await window.ada.services.act({ hostId: 'first', value: { unit, verb: wanted } });
      if (!started.ok) return started;
      const { actionId } = started.value;
      await new Promise<void>((resolve) => {
        look = () => {
          if (ended.has(actionId)) resolve();
        };
        look();
      });
      stop();
      return ended.get(actionId);
    },
    [UNIT, verb] as const,
  );
}

/** How the unit is after the verb. */
const AFTER: Readonly<Record<Verb, { readonly activeState?: string; readonly unitFileState?: string }>> = {
  stop: { activeState: 'inactive' },
  start: { activeState: 'active' },
  restart: { activeState: 'active' },
  disable: { unitFileState: 'disabled' },
  enable: { unitFileState: 'enabled' },
  'reset-failed': { activeState: 'active' },
};

/** A start of a service of image generation needs no confirmation. */
const CONFIRMED: readonly Verb[] = ['stop', 'restart', 'disable'];

for (const verb of [...VERBS].sort((a, b) => Object.keys(AFTER).indexOf(a) - Object.keys(AFTER).indexOf(b))) {
  test(`${verb} of the first host acts there though the second one is shown meanwhile`, async () => {
    const before = await stateOf('second');
    await holdConfirmation(shared());
    const acted = actOnFirst(verb);
    const isConfirmed = CONFIRMED.includes(verb);
    if (isConfirmed) await expect.poll(() => heldQuestion(shared())).toMatch(new RegExp(`${UNIT} on first\\?$`));
    await switchBehindDialog('second');
    if (isConfirmed) await agreeToHeld(shared());
    else expect(await heldQuestion(shared())).toBeNull();
    const password = passwordField('operator on first');
    // The password prompt names the host of the action, whichever host is shown.
    const isAsked = password.waitFor().then(
      () => true,
      () => false,
    );
    if (await Promise.race([isAsked, acted.then(() => false)])) {
      await password.fill(first.sudoPassword);
      await page().keyboard.press('Enter');
    }
    expect(await acted).toMatchObject({ kind: 'done', unit: UNIT, verb });
    const after = await page().evaluate(() => window.ada.services.refresh({ hostId: 'first', value: undefined }));
    expect(after.ok && after.value.units.find(({ name }) => name === UNIT)).toMatchObject(AFTER[verb]);
    expect(await stateOf('second')).toEqual(before);
    await switchBehindDialog('first');
  });
}
