import type { Page } from '@playwright/test';
import { panelWindow } from './window.ts';

/** The Gateway page. */
export function gatewayPage(page: () => Page) {
  const { dialog, main, region } = panelWindow(page);
  const slots = () => region('Slots');
  const backends = () => region('Backends');
  // A notice in the status line may have these words too.
  const overloadTestButton = () => main().getByRole('button', { name: 'Overload test' });
  const sendRequestsButton = () => page().getByRole('dialog').getByRole('button', { name: 'Send 3 requests' });
  return {
    problems: () => region('Problems'),
    slots,
    slotRow: (name: string) => slots().getByRole('row', { name: new RegExp(name) }),
    backends,
    backendRow: (name: string) => backends().getByRole('row', { name: new RegExp(name) }),
    tools: () => region('Tools'),
    chart: (name: string) => page().getByRole('region', { name }),
    certificates: () => region('Certificates'),
    requests: () => region('All client requests'),
    editConnectionButton: () => page().getByRole('button', { name: 'Edit connection' }),
    connectionDialog: () => dialog('Gateway'),
    overloadTestButton,
    sendRequestsButton,
    /** Opens the overload test and sends its requests. */
    runOverloadTest: async (): Promise<void> => {
      await overloadTestButton().click();
      await sendRequestsButton().click();
    },
    overloadTest: () => region('Overload test'),
  };
}
