import type { Page } from '@playwright/test';
import { panelWindow } from './window.ts';

/** What adds, edits and connects hosts: the first start, the host dialogs and the list of hosts in Settings. */
export function hostsPage(page: () => Page) {
  const { dialog } = panelWindow(page);
  const addressField = () => page().getByRole('textbox', { name: 'Host, as user@host' });
  /** The uppermost dialog: one that closes may still fade out under the next one. */
  const topDialog = () => dialog().last();
  return {
    addressField,
    /** The complaint about an address that cannot be read. */
    addressError: () => page().getByText('Use user@host or user@host:port'),
    addHost: async (address: string): Promise<void> => {
      await addressField().fill(address);
      await page().getByRole('button', { name: 'Connect', exact: true }).click();
    },
    topDialog,
    acceptKeyButton: () => topDialog().getByRole('button', { name: 'Fingerprint matches – connect' }),
    reconnectButton: () => page().getByRole('button', { name: 'Reconnect' }),
    testButton: (label: string) => page().getByRole('button', { name: `Test ${label}` }),
    moreActionsButton: (label: string) => page().getByRole('button', { name: `More actions for ${label}` }),
  };
}
