import { test } from '@playwright/test';
import { logsPage } from '../pages/logs.ts';
import { servicesPage } from '../pages/services.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { expect } from '../support/panel.ts';
import { breakLab, repairLab, resize, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();

const { hostButton, main, heading } = panelWindow(() => shared().page);
const { row, rowButton } = servicesPage(() => shared().page);
const { rows } = logsPage(() => shared().page);

test('a host that is away is drawn as last seen, on every page, and comes back by itself', async () => {
  const panel = shared();
  const { page } = panel;
  await panel.goTo('Logs');
  await expect(rows().first()).toBeVisible();
  await panel.goTo('Services');
  await expect(row('nginx')).toContainText('Running');
  await panel.goTo('Overview');
  await breakLab(panel, 'link-down');
  // Without it the loss would be noticed only by the keepalive, which takes its time.
  await breakLab(panel, 'sshd-killed');
  await expect(hostButton()).toContainText(/reconnecting|connecting/i);

  await expect(main()).toContainText(/Reconnecting|Connecting/);
  await expect(main().getByText(/^as of \d\d:\d\d:\d\d$/)).toHaveCount(4);
  await expect(main().getByText('Last seen running').first()).toBeVisible();
  expect(await violationsOf(page, { within: 'main' }), 'Overview').toEqual([]);

  await panel.goTo('GPU');
  await expect(main().getByText('Stale', { exact: true })).toBeVisible();
  await panel.goTo('Services');
  await expect(row('nginx')).toContainText('Last seen running');
  await expect(rowButton('Stop', 'nginx')).toBeDisabled();
  expect(await violationsOf(page, { within: 'main' }), 'Services').toEqual([]);
  await panel.screenshot('away-services');
  await panel.goTo('Logs');
  await expect(main()).toContainText(/Not connected · last known lines of \d+ services/);

  await repairLab(panel, 'link-down');
  await expect(hostButton()).toContainText(/\d+ ms/);
  await expect(main().getByText(/Live · \d+ services/)).toBeVisible();
  await expect(main().getByRole('note').filter({ hasText: 'missed lines follow' })).toBeVisible();
  await panel.goTo('Services');
  await expect(row('nginx')).toContainText('Running');
  await expect(row('nginx')).not.toContainText('Last seen');
});

test('whatever is marked as old looks old, on every page', async () => {
  const panel = shared();
  const { page } = panel;
  await panel.goTo('Models');
  await expect(main().locator('.ada-table tbody tr').first()).toBeVisible();
  await panel.goTo('Gateway');
  await expect(main().locator('.ada-table tbody tr').first()).toBeVisible();
  await breakLab(panel, 'link-down');
  await breakLab(panel, 'sshd-killed');
  await expect(hostButton()).toContainText(/reconnecting|connecting/i);
  for (const place of ['Models', 'Services', 'Gateway', 'Overview', 'GPU']) {
    await panel.goTo(place);
    if (place === 'Models' || place === 'Services') await expect(main().locator('[data-stale]').first()).toBeVisible();
    const fresh = await main()
      .locator('[data-stale]')
      .evaluateAll((marked) =>
        marked
          // Of a row the contents of its cells are grey, since the name's background covers what scrolls below it.
          .flatMap((element) =>
            element instanceof HTMLTableRowElement ? [...element.querySelectorAll<HTMLElement | SVGElement>(':scope > * > *')] : [element],
          )
          .filter((element) => !getComputedStyle(element).filter.includes('grayscale'))
          .map((element) => element.className),
      );
    expect(fresh, place).toEqual([]);
    expect(await violationsOf(page, { within: 'main' }), place).toEqual([]);
  }
  await panel.goTo('Models');
  await panel.screenshot('away-models');
  await repairLab(panel, 'link-down');
  await expect(hostButton()).toContainText(/\d+ ms/);
});

test('troubles stand with the worst first, each with a button that can be read', async () => {
  const panel = shared();
  await resize(panel, 1024, 700);
  await panel.goTo('Overview');
  await breakLab(panel, 'gpu-lost');
  await expect(main()).toContainText('1 problem');
  await expect(main().getByText('GPU lost', { exact: true })).toBeVisible();
  for (const name of ['Retry', 'Show GPU']) {
    const label = main().getByRole('button', { name }).locator('.mantine-Button-label');
    expect(await label.evaluate((text) => text.scrollWidth - text.clientWidth), `"${name}" is cut`).toBe(0);
  }
  await panel.screenshot('overview-troubles');
  await repairLab(panel, 'gpu-lost');
  await expect(main()).toContainText('Xid 79');
  await main().getByRole('button', { name: 'Show GPU' }).click();
  await expect(heading('GPU')).toBeVisible();
});
