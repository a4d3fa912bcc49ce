import type { ComfyUiState } from '../capabilities/comfyui/contract.ts';
import type { HostFacts } from '../capabilities/facts/contract.ts';
import type { GatewayState } from '../capabilities/gateway/contract.ts';
import type { GpuStatus } from '../capabilities/gpu/contract.ts';
import type { ConnectionState, HostProfile } from '../capabilities/hosts/contract.ts';
import type { ModelsState } from '../capabilities/models/contract.ts';
import type { ProbesState } from '../capabilities/probes/contract.ts';
import type { ActionProgress, ServicesState } from '../capabilities/services/contract.ts';
import type { PanelError } from '../errors.ts';

/** How something is, the same on every page; renderer/ui/tone.tsx has the colour of each. */
export type Severity = 'ok' | 'info' | 'warning' | 'critical' | 'pending' | 'off' | 'stale' | 'unknown';

/** The links of image generation in the order in which a request depends on them. */
export const LINKS = ['computer', 'host', 'gpu', 'generator', 'shim', 'nginx', 'gateway'] as const;
export type LinkId = (typeof LINKS)[number];

/** Everything that was reported about one host, each part with its own time. Times are this computer's clock unless a field says otherwise. */
export interface Snapshot {
  readonly nowMs: number;
  readonly isComputerOnline: boolean;
  readonly host: HostProfile | null;
  readonly connection: ConnectionState;
  /** Null = not known. */
  readonly connectionChangedAt: number | null;
  readonly facts: Pick<HostFacts, 'takenAt' | 'uptimeS' | 'clockOffsetMs'> | null;
  readonly gpu: GpuStatus;
  /** Summed over the GPUs, the temperature their highest; NaN = unknown. */
  readonly gpuFigures: { readonly usedMiB: number; readonly totalMiB: number; readonly temperatureC: number };
  readonly services: ServicesState;
  /** The newest action on each unit. */
  readonly actions: readonly ActionProgress[];
  readonly probes: ProbesState;
  readonly models: ModelsState;
  readonly comfyui: ComfyUiState;
  readonly gateway: GatewayState;
  /** The occurrence of each problem that the operator dismissed, by the problem's id. */
  readonly dismissed: Readonly<Record<string, string>>;
}

/** What a statement rests on. */
export interface Evidence {
  readonly source: 'network' | 'ssh' | 'nvidia-smi' | 'kernel' | 'systemd' | 'http' | 'gateway' | 'action';
  readonly text: string;
  /** When it was reported; null = not known. */
  readonly at: number | null;
}

export type Page = 'logs' | 'services' | 'gpu' | 'gateway';

/** What the operator can do from here. */
export type Action =
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'connect'; readonly hostId: string }
  | { readonly kind: 'retry-gpu' }
  | { readonly kind: 'refresh-gateway' }
  /** `also`: units to get the same verb afterwards, in this order. */
  | { readonly kind: 'service'; readonly unit: string; readonly verb: 'start' | 'stop' | 'restart'; readonly also: readonly string[] }
  | { readonly kind: 'open'; readonly page: Page; readonly unit: string | null };

/** One link of the chain. */
export interface Link {
  readonly id: LinkId;
  readonly label: string;
  readonly severity: Severity;
  /** One or two words: "Running", "Not responding". */
  readonly state: string;
  /** One more fact: "on 9090 for 2 min"; empty = none. */
  readonly fact: string;
  /** Since when it is so; null = not known. */
  readonly since: number | null;
  readonly evidence: readonly Evidence[];
  /** The service behind it; null = none is known. */
  readonly unit: string | null;
  /** The first is the remedy of what is wrong. */
  readonly actions: readonly Action[];
  /** What is wrong with it; null = nothing, or only what an earlier link explains. */
  readonly error: PanelError | null;
  /** Differs for each time that it goes wrong; empty = cannot be told apart. */
  readonly occurrence: string;
  /** An earlier link whose problem explains this one's state; null = none. */
  readonly causedBy: LinkId | null;
}

/** One cause of trouble. */
export interface Problem {
  /** The same for the same kind of trouble at the same place. */
  readonly id: string;
  /** Differs for each time it occurs: a dismissed problem returns only with another one. */
  readonly occurrence: string;
  readonly link: LinkId | null;
  readonly severity: 'critical' | 'warning' | 'info';
  /** It is over: an Xid, a restart. */
  readonly isPast: boolean;
  readonly since: number | null;
  readonly error: PanelError;
  /** What else fails because of it, one sentence each. */
  readonly consequences: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly actions: readonly Action[];
  readonly canDismiss: boolean;
}

/** What is wrong with image generation on one host, and what is not. */
export interface Diagnosis {
  readonly links: readonly Link[];
  /** The first link that is broken; null = none is. */
  readonly broken: LinkId | null;
  /** Present before past, worse before milder, earlier links before later ones; without those dismissed. */
  readonly problems: readonly Problem[];
  readonly dismissed: readonly Problem[];
  /** "All systems OK", "2 problems", and how that is. */
  readonly summary: { readonly severity: Severity; readonly text: string };
}
