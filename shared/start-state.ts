import type { HostFacts } from './capabilities/facts/contract.ts';
import type { GpuStatus } from './capabilities/gpu/contract.ts';
import type { HostsState } from './capabilities/hosts/contract.ts';
import type { ServicesState } from './capabilities/services/contract.ts';
import type { Settings } from './capabilities/settings/contract.ts';

/** What the window knows before anything answered; handed over inside the page itself, in {@link START_ELEMENT_ID}. */
export interface StartState {
  readonly settings: Settings;
  readonly hosts: HostsState;
  /** The last known state of the host that was opened last; null for the lab or without a host. */
  readonly last: {
    readonly hostId: string;
    readonly facts: HostFacts | null;
    readonly gpu: GpuStatus;
    readonly services: ServicesState;
  } | null;
}

/** The data block of the page that holds it, as JSON with typed arrays (see float-json.ts). */
export const START_ELEMENT_ID = 'ada-start';
