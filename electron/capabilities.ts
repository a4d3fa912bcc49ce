import type { CapabilityName, HostCallName, PanelCallName } from '../shared/contract/index.ts';
import { backendsCapability } from './capabilities/backends/capability.ts';
import { checksCapability } from './capabilities/checks/capability.ts';
import { comfyUiCapability } from './capabilities/comfyui/capability.ts';
import { diagnosisCapability } from './capabilities/diagnosis/capability.ts';
import { factsCapability } from './capabilities/facts/capability.ts';
import { galleryCapability } from './capabilities/gallery/capability.ts';
import { gatewayCapability } from './capabilities/gateway/capability.ts';
import { gpuCapability } from './capabilities/gpu/capability.ts';
import { historyCapability } from './capabilities/history/capability.ts';
import { imagesCapability } from './capabilities/images/capability.ts';
import { incidentsCapability } from './capabilities/incidents/capability.ts';
import { journalCapability } from './capabilities/journal/capability.ts';
import { libraryCapability } from './capabilities/library/capability.ts';
import { modelsCapability } from './capabilities/models/capability.ts';
import { probesCapability } from './capabilities/probes/capability.ts';
import { reportCapability } from './capabilities/report/capability.ts';
import { servicesCapability } from './capabilities/services/capability.ts';
import { settingsCapability } from './capabilities/settings/capability.ts';
import { setupCapability } from './capabilities/setup/capability.ts';
import { supportCapability } from './capabilities/support/capability.ts';
import { troubleshootingCapability } from './capabilities/troubleshooting/capability.ts';

/** What the panel can do with each host. */
export const HOST_CAPABILITIES = [
  factsCapability,
  gpuCapability,
  servicesCapability,
  journalCapability,
  gatewayCapability,
  backendsCapability,
  modelsCapability,
  comfyUiCapability,
  imagesCapability,
  probesCapability,
  incidentsCapability,
  diagnosisCapability,
  setupCapability,
  checksCapability,
  troubleshootingCapability,
  reportCapability,
  supportCapability,
] as const;

/** Capabilities of the panel itself, without a host. */
export const PANEL_CAPABILITIES = [settingsCapability, historyCapability, galleryCapability, libraryCapability] as const;

/** `app` and `hosts` are the panel's own, answered in electron/app. */
type OwnName = 'app' | 'hosts';
type NameOf<N extends string> = Extract<CapabilityName, N extends `${infer C}.${string}` ? C : never>;
type Unlisted =
  | Exclude<NameOf<HostCallName>, (typeof HOST_CAPABILITIES)[number]['name']>
  | Exclude<NameOf<PanelCallName>, (typeof PANEL_CAPABILITIES)[number]['name'] | OwnName>;
/** A capability of the contract that is in neither list does not compile. */
export type EveryCallIsAnswered = [Unlisted] extends [never] ? true : Unlisted;
