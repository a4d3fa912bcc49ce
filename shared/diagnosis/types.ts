import type { ComfyUiState } from '../capabilities/comfyui/contract.ts';
import type { HostFacts } from '../capabilities/facts/contract.ts';
import type { GatewayState } from '../capabilities/gateway/contract.ts';
import type { GpuStatus } from '../capabilities/gpu/contract.ts';
import type { ConnectionState, HostProfile } from '../capabilities/hosts/contract.ts';
import type { ModelsState } from '../capabilities/models/contract.ts';
import type { ProbesState } from '../capabilities/probes/contract.ts';
import type { ActionProgress, ServicesState } from '../capabilities/services/contract.ts';
import type { PanelError } from '../errors.ts';

/** The severity of a state on every page; renderer/ui/tone.tsx has the colours. */
export type Severity = 'ok' | 'info' | 'warning' | 'critical' | 'pending' | 'off' | 'stale' | 'unknown';

/** The links of image generation in the order in which a request depends on them. */
export const LINKS = ['computer', 'host', 'gpu', 'generator', 'shim', 'nginx', 'gateway'] as const;
export type LinkId = (typeof LINKS)[number];

/** Everything that is known about one host, each part with its own time, by this computer's clock unless noted. */
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

/** The source of a state. */
export interface Evidence {
  readonly source: 'network' | 'ssh' | 'nvidia-smi' | 'kernel' | 'systemd' | 'http' | 'gateway' | 'action';
  readonly text: string;
  /** Time of the report; null = unknown. */
  readonly at: number | null;
}

export type Page = 'logs' | 'services' | 'gpu' | 'gateway';

/** An action for the operator. */
export type Action =
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'connect'; readonly hostId: string }
  | { readonly kind: 'retry-gpu' }
  | { readonly kind: 'refresh-gateway' }
  /** `also`: units for the same verb afterwards, in this order. */
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
  /** Start of the state; null = unknown. */
  readonly since: number | null;
  readonly evidence: readonly Evidence[];
  /** The service of the link; null = none or unknown. */
  readonly unit: string | null;
  /** The first action is the remedy. */
  readonly actions: readonly Action[];
  /** The problem of the link; null = none, or an earlier link causes it. */
  readonly error: PanelError | null;
  /** Differs for each occurrence of the problem; empty = unknown. */
  readonly occurrence: string;
  /** An earlier link whose problem explains this one's state; null = none. */
  readonly causedBy: LinkId | null;
}

/** One problem. */
export interface Problem {
  /** Equal for the same kind of problem at the same place. */
  readonly id: string;
  /** Differs for each occurrence, so that a dismissed problem returns with the next one. */
  readonly occurrence: string;
  readonly link: LinkId | null;
  readonly severity: 'critical' | 'warning' | 'info';
  /** A past event: an Xid or a restart. */
  readonly isPast: boolean;
  readonly since: number | null;
  readonly error: PanelError;
  /** Consequences, one sentence each. */
  readonly consequences: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly actions: readonly Action[];
  readonly canDismiss: boolean;
}

/** The diagnosis of image generation on one host. */
export interface Diagnosis {
  readonly links: readonly Link[];
  /** The first broken link; null = none. */
  readonly broken: LinkId | null;
  /** Sorted by present before past, severity, then place in the chain; without dismissed problems. */
  readonly problems: readonly Problem[];
  readonly dismissed: readonly Problem[];
  /** "All systems OK" or "2 problems", with its severity. */
  readonly summary: { readonly severity: Severity; readonly text: string };
}
