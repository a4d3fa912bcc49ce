import type { GpuStatus } from './capabilities/gpu/contract.ts';
import type { HostsState } from './capabilities/hosts/contract.ts';
import type { ServicesState } from './capabilities/services/contract.ts';
import type { Settings } from './capabilities/settings/contract.ts';

/** What the window knows before anything answered; handed over inside the page itself, in {@link START_ELEMENT_ID}. */
export interface StartState {
  readonly settings: Settings;
  readonly hosts: HostsState;
  readonly gpu: GpuStatus;
  readonly services: ServicesState;
}

/** The data block of the page that holds it, as JSON with typed arrays (see float-json.ts). */
export const START_ELEMENT_ID = 'ada-start';
