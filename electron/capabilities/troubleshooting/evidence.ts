import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import type { Incident } from '../../../shared/capabilities/incidents/contract.ts';
import type { AskedError } from '../../../shared/capabilities/troubleshooting/contract.ts';
import type { FileState } from '../../foundation/host-reader/answers.ts';
import type { GpuProgram, GpuReadings } from '../checks/lists/gpu-facts.ts';
import type { Listener } from '../setup/host-facts.ts';
import type { LogLine } from './parse-log.ts';

/** A part of the evidence, or why it could not be read. */
export type Part<T> = { readonly isKnown: true; readonly value: T } | { readonly isKnown: false; readonly reason: string };

export const known = <T>(value: T): Part<T> => ({ isKnown: true, value });
export const unknown = (reason: string): Part<never> => ({ isKnown: false, reason });

/** A rule looked at a part that is not there; it never leaves diagnose.ts. */
export class MissingEvidence extends Error {}

/** The value of a part. Throws MissingEvidence with the reason. */
export function need<T>(part: Part<T>): T {
  if (!part.isKnown) throw new MissingEvidence(part.reason);
  return part.value;
}

export type ServiceName = 'invokeai' | 'shim' | 'nginx';

/** What systemd reports of a unit. Times are by this computer's clock. */
export interface UnitReading {
  readonly name: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  readonly result: string;
  readonly exitStatus: number | null;
  readonly restarts: number;
  readonly changedAt: number | null;
}

/** How a program answered; `failed` = nothing usable came back. */
export type ProbeReply =
  | { readonly kind: 'reply'; readonly status: number; readonly body: string; readonly isPage: boolean; readonly elapsedMs: number }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

export interface DiskReading {
  readonly path: string;
  readonly availableBytes: number;
  readonly sizeBytes: number;
}

/** VRAM of the first GPU around the moment, as the panel stored it. */
export interface VramHistory {
  readonly gpuUuid: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Highest of each bucket, oldest first; null = nothing stored. */
  readonly usedMiB: readonly (number | null)[];
}

/** One request of the gateway's requests.jsonl. */
export interface GatewayRequestLine {
  /** By the gateway's clock. */
  readonly at: number;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  readonly text: string;
}

/** Everything that the rules look at, read once. Times are epoch ms by this computer's clock, unless noted. */
export interface Evidence {
  readonly nowMs: number;
  /** When the symptom was seen. */
  readonly atMs: number;
  /** The logs begin here. */
  readonly fromMs: number;
  readonly hostLabel: string;
  /** The error that the operator asks about; null = the symptom was picked from the list. */
  readonly error: AskedError | null;
  readonly units: Readonly<Record<ServiceName, Part<UnitReading>>>;
  readonly logs: Readonly<Record<ServiceName, Part<readonly LogLine[]>>>;
  /** Since the host was started: graphics, memory and disks. */
  readonly kernel: Part<readonly LogLine[]>;
  readonly gpu: Part<GpuReadings>;
  readonly gpuPrograms: Part<readonly GpuProgram[]>;
  readonly disks: Part<readonly DiskReading[]>;
  readonly memory: Part<{ readonly totalBytes: number; readonly availableBytes: number }>;
  readonly listeners: Part<readonly Listener[]>;
  readonly boot: Part<{ readonly uptimeS: number | null; readonly isRebootRequired: boolean; readonly packages: string }>;
  readonly probes: {
    readonly nginx: Part<ProbeReply>;
    readonly nginxReady: Part<ProbeReply>;
    readonly shim: Part<ProbeReply>;
    readonly shimModels: Part<ProbeReply>;
    readonly invokeai: Part<ProbeReply>;
    readonly queue: Part<ProbeReply>;
    readonly current: Part<ProbeReply>;
  };
  /** How nginx's port answers this computer directly, without SSH. */
  readonly nginxPort: Part<'open' | 'refused' | 'silent'>;
  /** After a fresh reading. */
  readonly gateway: Part<GatewayState>;
  readonly gatewayRequests: Part<readonly GatewayRequestLine[]>;
  readonly gatewayImageFolder: Part<FileState | null>;
  readonly gatewayBackends: Part<FileState | null>;
  readonly gatewayDeployed: Part<FileState | null>;
  readonly gatewayEnvironment: Part<FileState | null>;
  readonly vram: Part<VramHistory>;
  /** Of the stored readings, without the log of the host. */
  readonly incidents: Part<readonly Incident[]>;
}
