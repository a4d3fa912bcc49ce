import type { CheckInfo, CheckResult, CheckRunSummary } from '../../../shared/capabilities/checks/contract.ts';
import type { XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import type { HistoryEvent, ProcessRun } from '../../../shared/capabilities/history/contract.ts';
import type { IncidentList } from '../../../shared/capabilities/incidents/contract.ts';
import type { SetupRecipe } from '../../../shared/capabilities/setup/contract.ts';
import type { Span } from './document.ts';

/** What was read, or why it could not be. */
export type Reading<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'unknown'; readonly reason: string };

/** Buckets over the span in the layout of shared/buckets.ts. */
export type Buckets = Float64Array;

/** Whether a part of the chain was up, as the panel saw it at regular moments. */
export interface LinkHistory {
  /** A subject of the series `links`, such as `gateway` or `unit invokeai.service`. */
  readonly subject: string;
  readonly isUp: Buckets;
}

export interface GpuHistory {
  readonly uuid: string;
  readonly name: string;
  readonly memoryTotalMiB: number | null;
  readonly memoryUsedMiB: Buckets;
  readonly utilizationGpuPercent: Buckets;
  readonly temperatureC: Buckets;
  readonly powerDrawW: Buckets;
  readonly runs: readonly ProcessRun[];
}

/** Requests for images by outcome; counts are mean × count of their buckets. */
export interface RequestHistory {
  readonly accepted: Buckets;
  readonly rejected429: Buckets;
  readonly rejected503: Buckets;
  readonly failed: Buckets;
  /** Of each accepted request, ms. */
  readonly latenciesMs: readonly number[];
  /** Since when single requests are stored; earlier ones have no latency. */
  readonly latenciesSinceMs: number;
}

/** A request for an image in the gateway's own log. */
export interface LoggedRequest {
  readonly atMs: number;
  readonly status: number;
  readonly elapsedMs: number | null;
}

export interface RequestLog {
  /** Of the span. */
  readonly requests: readonly LoggedRequest[];
  /** Older requests were left out. */
  readonly isCut: boolean;
}

/** A change of a unit in the host's journal. */
export interface UnitChange {
  readonly atMs: number;
  readonly kind: 'started' | 'stopping' | 'down' | 'scheduled';
  readonly text: string;
}

export interface UnitPast {
  readonly name: string;
  /** From the begin of the span until now, oldest first. */
  readonly changes: readonly UnitChange[];
  /** Older changes were left out. */
  readonly isCut: boolean;
  /** Not started at boot. */
  readonly isDisabled: boolean;
  /** Of `systemctl show`; null = not reported. */
  readonly activeState: string | null;
}

/** What the host itself kept of the span, in this computer's time. */
export interface HostPast {
  readonly units: readonly UnitPast[];
  /** Oldest first: the first and the last entry of the journal of each boot. */
  readonly boots: readonly Span[];
  readonly xids: readonly XidEvent[];
  /** Commands of systemctl that ran by sudo. */
  readonly commands: readonly { readonly atMs: number; readonly user: string; readonly command: string }[];
}

/** An image that the panel saved. */
export interface MadeImage {
  readonly createdAtMs: number;
  readonly elapsedMs: number | null;
  readonly model: string | null;
  readonly size: string;
  readonly route: string;
  /** Most VRAM in use on the host's GPUs while it was made; null = no readings. */
  readonly peakMiB: number | null;
}

export interface MadeImages {
  readonly total: number;
  /** Of those whose duration is known. */
  readonly elapsedMs: readonly number[];
  /** The newest, newest first. */
  readonly newest: readonly MadeImage[];
}

export interface MonitoringData {
  /** All of the same buckets. */
  readonly links: readonly LinkHistory[];
  readonly gpus: readonly GpuHistory[];
  /** Null = no gateway is set up. */
  readonly requests: RequestHistory | null;
  readonly events: readonly HistoryEvent[];
  /** The host's clock minus this computer's; null = not known, and times of the host are as it reports them. */
  readonly clockOffsetMs: number | null;
  readonly hostPast: Reading<HostPast>;
  readonly requestLog: Reading<RequestLog>;
  readonly images: Reading<MadeImages>;
  readonly incidents: Reading<IncidentList>;
}

export interface ChecksData {
  readonly infos: readonly CheckInfo[];
  readonly results: readonly CheckResult[];
  /** Newest first. */
  readonly history: readonly CheckRunSummary[];
}

export interface ConfigFile {
  readonly path: string;
  /** What may be shown of it. */
  readonly text: Reading<string>;
}

export interface DeployedUnit {
  readonly name: string;
  /** Properties of `systemctl show`. */
  readonly state: ReadonlyMap<string, string>;
}

/** A machine of the chain as it is configured. */
export interface MachineConfiguration {
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly units: readonly DeployedUnit[];
  readonly listeners: readonly { readonly address: string; readonly port: number; readonly process: string | null }[];
  readonly files: readonly ConfigFile[];
}

export interface ConfigurationData {
  readonly host: Reading<MachineConfiguration>;
  readonly gateway: Reading<MachineConfiguration>;
  readonly recipes: readonly Pick<SetupRecipe, 'id' | 'title' | 'standing'>[];
}

/** Everything that a report is built from. */
export interface ReportData extends Span {
  readonly hostLabel: string;
  readonly hostName: string;
  readonly takenAtMs: number;
  /** Null = not wanted. */
  readonly monitoring: MonitoringData | null;
  readonly configuration: ConfigurationData | null;
  readonly checks: ChecksData;
}
