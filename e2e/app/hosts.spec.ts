import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { type Lab, startLab } from '../../lab/lab.ts';
import { hostsPage } from '../pages/hosts.ts';
import { panelWindow } from '../pages/window.ts';
import { answerConfirmations, confirmationsSeen } from '../support/confirmations.ts';
import { expect } from '../support/panel.ts';
import { sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

// One operator from the first start on: each test goes on where the one before it ended.
test.describe.configure({ mode: 'serial' });

const CODE = '314159';
const shared = sharedPanel({ args: [] });
/** Two machines with real SSH servers: one that takes passwords and keys, one that wants a code besides. */
let ada: Lab;
let strict: Lab;

const { banner, dialog, enterPassword, heading, hostButton, notice, passwordField, switchTo, vramReading } = panelWindow(
  () => shared().page,
);
const { acceptKeyButton, addHost, addressError, moreActionsButton, reconnectButton, testButton, topDialog } = hostsPage(
  () => shared().page,
);
const home = () => join(shared().dataFolder, '..', 'home');

async function isOnline(label: string): Promise<void> {
  await expect(hostButton()).toContainText(label);
  await expect(hostButton()).toContainText(/\d+ ms/);
  await expect(vramReading()).toBeVisible();
}

test.beforeAll(async () => {
  [ada, strict] = await Promise.all([startLab(), startLab({ verificationCode: CODE, seed: 7 })]);
  const keyFile = join(home(), '.ssh', 'locked');
  writeFileSync(keyFile, ada.privateKey, { mode: 0o600 });
  execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-a', '1', '-f', keyFile]);
});

test.afterAll(async () => {
  await Promise.all([ada.close(), strict.close()]);
});

test('the first start asks which machine, and says how to write it', async () => {
  const { page } = shared();
  await expect(heading('Connect to a host')).toBeVisible();
  await expect(page.getByText('without installing anything')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try the lab' })).toBeVisible();
  await expect(page.getByText('No hosts found in ~/.ssh/config')).toBeVisible();
  await addHost('just a name');
  await expect(addressError()).toBeVisible();
  await shared().screenshot('hosts-first-run');
});

test('an unknown host key is shown with its fingerprint and type before anything is sent', async () => {
  const { page } = shared();
  await addHost(`operator@127.0.0.1:${ada.port}`);
  await expect(topDialog()).toContainText(`127.0.0.1:${ada.port}`);
  await expect(topDialog()).toContainText(ada.hostKeySha256);
  await expect(topDialog()).toContainText('ssh-ed25519');
  await expect(topDialog()).toContainText('ssh-keygen -lf');
  await shared().screenshot('hosts-unknown-key');
  await page.keyboard.press('Escape');
  await expect(topDialog()).toBeHidden();
  await expect(notice()).toContainText(/not accepted|not confirmed|not trusted/);
  await shared().screenshot('hosts-key-declined');
  await reconnectButton().click();
  // Declined in the system's dialog, the question stays open and nothing is written.
  await answerConfirmations(shared(), false);
  await acceptKeyButton().click();
  await expect.poll(() => confirmationsSeen(shared())).toHaveLength(1);
  const [requested] = await confirmationsSeen(shared());
  expect(requested).toMatchObject({ question: 'Trust the host key of 127.0.0.1?', action: 'Trust key' });
  expect(requested?.facts).toContain(ada.hostKeySha256);
  await expect(topDialog()).toContainText(ada.hostKeySha256);
  expect(existsSync(join(home(), '.ssh', 'known_hosts'))).toBe(false);
  await answerConfirmations(shared(), true);
  await acceptKeyButton().click();
  await expect(topDialog()).toContainText('requires a password');
  expect(readFileSync(join(home(), '.ssh', 'known_hosts'), 'utf8')).toContain(ada.hostKey);
});

test('a wrong password is refused in words, the right one leads to a reading', async () => {
  await expect(passwordField('operator@')).toBeFocused();
  await enterPassword('wrong', 'operator@');
  await expect(notice()).toContainText('refused the sign-in: wrong password or answer');
  await shared().screenshot('hosts-password-refused');
  await reconnectButton().click();
  await enterPassword(ada.loginPassword, 'operator@');
  await isOnline('127.0.0.1');
  await expect(heading('Overview')).toBeVisible();
});

test('a host of ~/.ssh/config with a locked key: the passphrase wrong, then right', async () => {
  const { page } = shared();
  writeFileSync(
    join(home(), '.ssh', 'config'),
    `Host by-key\n  HostName 127.0.0.1\n  Port ${ada.port}\n  User operator\n  IdentityFile ~/.ssh/locked\n  PasswordAuthentication no\n`,
  );
  await switchTo('Add host…');
  await shared().screenshot('hosts-add');
  await topDialog().getByRole('button', { name: 'Add by-key and connect' }).click();
  const passphrase = page.getByLabel('Passphrase', { exact: true });
  await passphrase.fill('close sesame');
  await page.keyboard.press('Enter');
  await expect(topDialog()).toContainText('Wrong passphrase (attempt 2)');
  await expect(passphrase).toHaveValue('');
  await shared().screenshot('hosts-passphrase');
  await passphrase.fill('open sesame');
  // Without a keyring it is kept for as long as the panel runs, so that it is not asked for again below.
  await page.getByLabel(/until you quit/).check();
  await topDialog().getByRole('button', { name: 'Continue' }).click();
  await isOnline('by-key');
});

test('a host that asks its own questions gets them answered', async () => {
  const { page } = shared();
  await switchTo('Add host…');
  await addHost(`operator@localhost:${strict.port}`);
  await expect(topDialog()).toContainText(strict.hostKeySha256);
  await acceptKeyButton().click();
  await expect(topDialog()).toContainText('Two-step sign-in');
  await expect(topDialog()).toContainText('The code is in your authenticator app.');
  await shared().screenshot('hosts-questions');
  await page.getByLabel('Password:').fill(strict.loginPassword);
  await page.getByLabel('Verification code:').fill(CODE);
  await page.keyboard.press('Enter');
  await isOnline('localhost');
});

test('switching hosts shows the other one at once', async () => {
  const { page } = shared();
  await hostButton().click();
  await expect(page.getByRole('menuitem', { name: `operator@127.0.0.1:${ada.port}` })).toHaveCount(2);
  await shared().screenshot('hosts-switcher');
  await page.keyboard.press('Escape');
  await switchTo(/by-key/);
  // What was last known of it, before its connection is back.
  await expect(hostButton()).toContainText('by-key');
  await expect(vramReading()).toBeVisible();
  await isOnline('by-key');
  // The other one stays connected, and is back without dialling anew.
  const connectedAt = () =>
    page.evaluate(async () => {
      const outcome = await window.ada.hosts.state();
      return outcome.ok ? Object.entries(outcome.value.connections).map(([id, { state, changedAt }]) => [id, state.kind, changedAt]) : [];
    });
  const before = await connectedAt();
  expect(before.length).toBeGreaterThanOrEqual(2);
  expect(new Set(before.map(([, kind]) => kind))).toEqual(new Set(['online']));
  await switchTo(/localhost/);
  await isOnline('localhost');
  await switchTo(/by-key/);
  await isOnline('by-key');
  expect(await connectedAt()).toEqual(before);
});

test('a host key that changed blocks, with both fingerprints, until it is as it was', async () => {
  ada.break('host-key-changed');
  await expect(notice()).toContainText('Known key');
  await expect(notice()).toContainText(ada.hostKeySha256);
  const shown = notice().locator('dt', { hasText: 'Offered key' }).locator('+ dd');
  await expect(shown).toHaveText(/^SHA256:/);
  expect(await shown.textContent()).not.toBe(ada.hostKeySha256);
  await expect(notice()).toContainText('known_hosts');
  await expect(topDialog()).toBeHidden();
  await takeScreenshots(shared(), 'hosts-key-changed');
  ada.repair('host-key-changed');
  await reconnectButton().click();
  await isOnline('by-key');
});

test('a host is edited, tested and removed', async () => {
  const { page } = shared();
  await shared().goTo('Settings');
  await page.getByRole('button', { name: 'Edit localhost' }).click();
  await topDialog().getByLabel('Name in Ada Panel').fill('');
  await topDialog().getByRole('button', { name: 'Save' }).click();
  await expect(topDialog()).toContainText('Enter a name of 1 to 60 characters');
  await shared().screenshot('hosts-edit');
  await topDialog().getByLabel('Name in Ada Panel').fill('strict one');
  await topDialog().getByRole('button', { name: 'Save' }).click();
  await expect(testButton('strict one')).toBeVisible();
  // Another name is no other connection: nothing is asked again.
  const { hosts, connections } = await page.evaluate(async () => {
    const state = await window.ada.hosts.state();
    if (!state.ok) throw new Error(state.error.message);
    return state.value;
  });
  expect(connections[hosts.find(({ label }) => label === 'strict one')?.id ?? '']).toMatchObject({ state: { kind: 'online' } });
  await expect(dialog()).toBeHidden();

  await testButton('by-key').click();
  const steps = dialog('Connection test: by-key');
  await expect(steps.getByRole('listitem').filter({ hasText: 'SSH' })).toContainText('connected, host key verified');
  await expect(steps.getByRole('listitem').filter({ hasText: 'GPU' })).toContainText('NVIDIA RTX 6000 Ada Generation');
  await expect(steps.getByRole('listitem').filter({ hasText: 'sudo' })).toContainText('password required to start and stop services');
  await shared().screenshot('hosts-test');
  await steps.getByRole('button', { name: 'Close' }).last().click();

  await moreActionsButton('strict one').click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await expect(topDialog()).toContainText('are not changed');
  await shared().screenshot('hosts-remove');
  await topDialog().getByRole('button', { name: 'Remove strict one' }).click();
  await expect(testButton('strict one')).toBeHidden();
  await hostButton().click();
  await expect(page.getByRole('menuitem', { name: /strict one/ })).toBeHidden();
  await expect(page.getByRole('menuitem', { name: /by-key/ })).toBeVisible();
  await page.keyboard.press('Escape');
});

test('the bare lab is a host of its own, with the badge and without services', async () => {
  const { page } = shared();
  await switchTo('Lab: bare simulated, to try Setup');
  await expect(hostButton()).toContainText(/\d+ ms/, { timeout: 60_000 });
  await expect(banner().getByTitle('A simulated host inside Ada Panel')).toHaveText('Lab');
  await isOnline('Lab: bare');
  await shared().screenshot('hosts-lab-bare');
  const state = await page.evaluate(() => window.ada.hosts.state());
  expect(state).toMatchObject({ ok: true, value: { labs: { lab: { kind: 'stopped' }, 'lab-bare': { kind: 'running' } } } });
});
