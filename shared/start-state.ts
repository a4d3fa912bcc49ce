import type { GpuStatus } from './contract/gpu.ts';
import type { HostsState } from './contract/hosts.ts';
import type { ServicesState } from './contract/services.ts';
import type { Settings } from './contract/settings.ts';

/** What the window knows before anything answered; handed over inside the page itself, in {@link START_ELEMENT_ID}. */
export interface StartState {
  readonly settings: Settings;
  readonly hosts: HostsState;
  readonly gpu: GpuStatus;
  readonly services: ServicesState;
}

/** The data block of the page that holds it, as JSON with typed arrays (see float-json.ts). */
export const START_ELEMENT_ID = 'ada-start';
