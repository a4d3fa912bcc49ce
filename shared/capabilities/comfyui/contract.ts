import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { AccessToken, EpochMs, HostId, isUrl } from '../../identifiers.ts';
import { FreedVram, ModelsDisk } from '../models/contract.ts';

export const ComfyUiPhase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('away') }),
  z.object({ kind: z.literal('waiting') }),
  /** Neither a unit of systemd nor anything on its port. */
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('live'), version: z.string() }),
  z.object({ kind: z.literal('failing'), error: PanelErrorSchema, since: EpochMs }),
]);
export type ComfyUiPhase = z.infer<typeof ComfyUiPhase>;

/** The system that ComfyUI runs on, as ComfyUI reports it; null = not reported. */
export const ComfyUiSystem = z
  .object({
    device: z.string().nullable(),
    /** False = it computes on the processor. */
    hasGpu: z.boolean(),
    vramTotalMiB: z.number().nullable(),
    vramFreeMiB: z.number().nullable(),
    /** Reserved by this process. */
    reservedMiB: z.number().nullable(),
    pythonVersion: z.string().nullable(),
    pytorchVersion: z.string().nullable(),
  })
  .readonly();
export type ComfyUiSystem = z.infer<typeof ComfyUiSystem>;

export const ComfyUiJob = z.object({ promptId: z.string(), checkpoint: z.string().nullable(), prompt: z.string().nullable() }).readonly();
export type ComfyUiJob = z.infer<typeof ComfyUiJob>;

/** It is in memory: a restart loses it. */
export const ComfyUiQueue = z
  .object({
    running: ComfyUiJob.nullable(),
    /** The first of those that wait. */
    pending: z.array(ComfyUiJob),
    /** How many wait. */
    pendingCount: z.number().int(),
  })
  .readonly();
export type ComfyUiQueue = z.infer<typeof ComfyUiQueue>;

/** A file name as a checkpoint may have one here. Pickles (.ckpt, .pt) can run code when they are loaded, and are not fetched. */
export const CheckpointName = z
  .string()
  .trim()
  .max(150)
  .refine(
    (name) => /\.(safetensors|sft)$/i.test(name),
    'The name must end in .safetensors; other formats can run code when they are loaded.',
  )
  .refine((name) => !/[/\0]/.test(name), 'The name must not contain a folder.')
  .refine((name) => !/^[.-]/.test(name), 'The name must not start with a dot or a dash.')
  // What cannot be seen can make one name look like another.
  .refine((name) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name), 'The name must not contain invisible characters.')
  .refine((name) => new TextEncoder().encode(name).length <= 250, 'The file name is too long.');

export const CheckpointUrl = z
  .string()
  .trim()
  // Presigned addresses carry a signature and more.
  .max(4000)
  .regex(/^https:\/\/[^\s"\\]+$/, 'Use an address that starts with https://.')
  .refine(isUrl, 'Use an address that starts with https://.');

export const Sha256 = z
  .string()
  .trim()
  .toLowerCase()
  .max(64)
  .regex(/^[0-9a-f]{64}$/, 'Use 64 characters, 0 to 9 and a to f.');

/** A download of a checkpoint on the host. It runs there independently, even while the panel is closed. */
export const CheckpointDownload = z
  .object({
    name: z.string(),
    url: z.string(),
    state: z.enum(['downloading', 'checking', 'stopped', 'failed', 'wrong-checksum', 'done']),
    bytes: z.number(),
    totalBytes: z.number().nullable(),
    bytesPerSecond: z.number().nullable(),
    leftMs: z.number().nullable(),
    /** The SHA-256 that the file must have; null = neither reported by the server nor entered. */
    sha256: z.string().nullable(),
    /** What it had, once it was computed. */
    foundSha256: z.string().nullable(),
    /** Why it failed, in words. */
    problem: z.string().nullable(),
  })
  .readonly();
export type CheckpointDownload = z.infer<typeof CheckpointDownload>;

export const ComfyUiState = z
  .object({
    hostId: HostId.nullable(),
    phase: ComfyUiPhase,
    system: ComfyUiSystem.nullable(),
    queue: ComfyUiQueue.nullable(),
    /** File names; null = not known. */
    checkpoints: z.array(z.string()).nullable(),
    /** Where they lie on the host; null = not found out. */
    folder: z.string().nullable(),
    downloads: z.array(CheckpointDownload),
    disk: ModelsDisk.nullable(),
    takenAt: EpochMs.nullable(),
  })
  .readonly();
export type ComfyUiState = z.infer<typeof ComfyUiState>;

/** A client of ComfyUI may choose its own. */
const PromptId = z.string().min(1).max(300);

export const comfyUiCalls = [
  hostCall('comfyui.state', z.void(), ComfyUiState),
  hostCall('comfyui.refresh', z.void(), ComfyUiState),
  /** Ends this job if it is running. */
  hostCall('comfyui.interrupt', z.object({ promptId: PromptId }), ComfyUiState),
  /** Takes jobs that wait off; null = all of them. */
  hostCall('comfyui.dequeue', z.object({ promptId: PromptId.nullable() }), ComfyUiState),
  /** VRAM in use before and after, from nvidia-smi; null = not known. */
  hostCall('comfyui.free', z.void(), FreedVram),
  /** The token is for this one download; it goes to the host's curl by standard input and is not saved. */
  hostCall(
    'comfyui.download',
    z.object({
      url: CheckpointUrl,
      name: CheckpointName,
      sha256: Sha256.nullable(),
      token: AccessToken.nullable(),
    }),
    ComfyUiState,
  ),
  hostCall('comfyui.actOnDownload', z.object({ name: CheckpointName, verb: z.enum(['stop', 'resume', 'discard']) }), ComfyUiState),
] as const;

export const comfyUiEvents = [hostEvent('comfyui.changed', ComfyUiState)] as const;
