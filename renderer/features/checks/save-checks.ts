import type { CHECK_EXPORTS } from '../../../shared/capabilities/checks/contract.ts';
import type { HostBridge } from '../../../shared/contract/index.ts';
import { addErrorNotice, addNotice } from '../../stores/notices.ts';
import { describeSaved } from './text.ts';

export type CheckExport = (typeof CHECK_EXPORTS)[number];

/** Saves the newest results to the path chosen in the system's dialog, and says where. Never throws. */
export async function saveChecks(host: HostBridge, format: CheckExport): Promise<void> {
  try {
    const { savedTo } = await host.checks.export({ format });
    if (savedTo !== null) addNotice('good', describeSaved(savedTo));
  } catch (thrown) {
    addErrorNotice(thrown);
  }
}
