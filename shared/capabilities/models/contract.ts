import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { AccessToken, EpochMs, HostId } from '../../identifiers.ts';
import { hubCalls } from './hub-contract.ts';

/** A model of the backend's list; null = not reported. */
export const InstalledModel = z
  .object({
    key: z.string(),
    name: z.string(),
    base: z.string(),
    type: z.string(),
    format: z.string(),
    bytes: z.number().nullable(),
    path: z.string().nullable(),
    source: z.string().nullable(),
    /** Its record is there, its file is not. */
    isMissing: z.boolean(),
    /** False where InvokeAI registered a file that it could not identify: type or base is `unknown`. */
    isRecognised: z.boolean(),
    /** Its files lie in the backend's own folder, and go with the record when it is deleted. */
    isManaged: z.boolean(),
  })
  .readonly();
export type InstalledModel = z.infer<typeof InstalledModel>;

export const INSTALL_STATES = [
  'waiting',
  'downloading',
  'downloads_done',
  'running',
  'paused',
  'completed',
  'error',
  'cancelled',
  'unknown',
] as const;

/** One install job, as the backend reports it; the parser drops the tokens that the backend echoes. */
export const InstallJob = z
  .object({
    jobId: z.number().int(),
    source: z.string(),
    state: z.enum(INSTALL_STATES),
    bytes: z.number(),
    /** Null until the server has reported the size. */
    totalBytes: z.number().nullable(),
    /** Null = not measured yet; 0 = nothing has arrived for 15 s or longer. */
    bytesPerSecond: z.number().nullable(),
    leftMs: z.number().nullable(),
    files: z.array(z.object({ name: z.string(), bytes: z.number(), totalBytes: z.number().nullable(), state: z.string() })),
    /** Why a paused download has to be started over. */
    needsDecision: z.string().nullable(),
    /** A cancel was sent, and InvokeAI has not confirmed it yet. */
    isCancelling: z.boolean(),
    /** Of a completed job: whether InvokeAI could identify the installed model; null = not reported. */
    isRecognised: z.boolean().nullable(),
    error: z.object({ reason: z.string(), text: z.string() }).nullable(),
  })
  .readonly();
export type InstallJob = z.infer<typeof InstallJob>;

export const QueueJob = z
  .object({
    itemId: z.number().int(),
    prompt: z.string().nullable(),
    from: z.string().nullable(),
    startedAt: EpochMs.nullable(),
  })
  .readonly();
export type QueueJob = z.infer<typeof QueueJob>;

/** Progress of the running job; a separate event, since it changes many times a second. */
export const QueueProgress = z
  .object({
    /** The job it is of. */
    itemId: z.number().int(),
    message: z.string(),
    /** 0 to 1; null = no telling. */
    share: z.number().nullable(),
    /** A small image as a data URL. */
    preview: z.string().nullable(),
  })
  .readonly();
export type QueueProgress = z.infer<typeof QueueProgress>;

/** The backend's queue; null = not reported. */
export const BackendQueue = z
  .object({
    pending: z.number().int().nullable(),
    inProgress: z.number().int().nullable(),
    completed: z.number().int().nullable(),
    failed: z.number().int().nullable(),
    canceled: z.number().int().nullable(),
    isStarted: z.boolean().nullable(),
    /** Jobs have waited for seconds although the queue is not paused and none runs: between two jobs that is so for a moment. */
    isStalled: z.boolean().default(false),
    current: QueueJob.nullable(),
    /** What runs next, and would run at once after a restart; at most five. */
    next: z.array(QueueJob),
  })
  .readonly();
export type BackendQueue = z.infer<typeof BackendQueue>;

export const ModelsPhase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('away') }),
  z.object({ kind: z.literal('waiting') }),
  z.object({ kind: z.literal('live'), version: z.string() }),
  z.object({ kind: z.literal('failing'), error: PanelErrorSchema, since: EpochMs }),
]);
export type ModelsPhase = z.infer<typeof ModelsPhase>;

/** `usedBytes` and `freeBytes` do not add up to `sizeBytes`: a file system reserves blocks for root. */
export const ModelsDisk = z.object({ path: z.string(), freeBytes: z.number(), usedBytes: z.number(), sizeBytes: z.number() }).readonly();
export type ModelsDisk = z.infer<typeof ModelsDisk>;

/** The login of an InvokeAI in multi-user mode; `email` is the last one used. */
export const InvokeAiLoginState = z
  .object({
    kind: z.enum(['unknown', 'not-needed', 'needed', 'logged-in']),
    email: z.string().nullable(),
    isAdmin: z.boolean().nullable(),
  })
  .readonly();
export type InvokeAiLoginState = z.infer<typeof InvokeAiLoginState>;

/** What InvokeAI computes on, as it reports it. */
export const InvokeAiDevice = z.object({ kind: z.enum(['gpu', 'cpu', 'unknown']), name: z.string().nullable() }).readonly();
export type InvokeAiDevice = z.infer<typeof InvokeAiDevice>;

export const ModelsState = z
  .object({
    hostId: HostId.nullable(),
    phase: ModelsPhase,
    /** Null = not known yet. */
    models: z.array(InstalledModel).nullable(),
    jobs: z.array(InstallJob),
    queue: BackendQueue.nullable(),
    disk: ModelsDisk.nullable(),
    login: InvokeAiLoginState,
    device: InvokeAiDevice,
    /** Epoch ms by the key of a model, as far as this panel saw it used; the others are unknown. */
    lastUsed: z.record(z.string(), EpochMs),
    /** Pausing a download came with 6.12. */
    canPause: z.boolean(),
    takenAt: EpochMs.nullable(),
  })
  .readonly();
export type ModelsState = z.infer<typeof ModelsState>;

export const StarterModel = z
  .object({
    name: z.string(),
    description: z.string(),
    source: z.string(),
    base: z.string(),
    type: z.string(),
    isInstalled: z.boolean(),
    /** As its description states it, `~33GB`; null = not stated. */
    bytes: z.number().nullable(),
    /** Sources to be installed before it. */
    needs: z.array(z.string()),
  })
  .readonly();
export type StarterModel = z.infer<typeof StarterModel>;

export const StarterList = z.object({
  models: z.array(StarterModel),
  bundles: z.array(z.object({ name: z.string(), sources: z.array(z.string()) })),
});
export type StarterList = z.infer<typeof StarterList>;

export const HfLogin = z.enum(['valid', 'invalid', 'unknown', 'not-offered']);
export type HfLogin = z.infer<typeof HfLogin>;

/** A setting of the model cache, as the backend runs with it. */
export const CacheFact = z.object({ name: z.string(), value: z.string(), message: z.string() }).readonly();
export type CacheFact = z.infer<typeof CacheFact>;

/** VRAM in use before and after, from nvidia-smi; null = not known. */
export const FreedVram = z
  .object({
    beforeMiB: z.number().nullable(),
    afterMiB: z.number().nullable(),
    /** A job was running, whose model stays loaded until the job ends. */
    isJobRunning: z.boolean(),
  })
  .readonly();
export type FreedVram = z.infer<typeof FreedVram>;

const ModelKey = z
  .string()
  .max(200)
  .regex(/^[\w.-]{1,200}$/);
/** A repo id, a URL or a path on the host, as InvokeAI takes them. */
export const ModelSource = z
  .string()
  .trim()
  .min(2)
  .max(1000)
  .regex(/^[^\0\r\n]+$/);

export const HfToken = AccessToken.min(4);
export const LoginEmail = z.string().trim().min(3).max(300);
export const LoginPassword = z.string().min(1).max(300);

export const modelCalls = [
  hostCall('models.state', z.void(), ModelsState),
  hostCall('models.refresh', z.void(), ModelsState),
  hostCall('models.starters', z.void(), StarterList),
  /** The token is for this download only and is not saved. */
  hostCall(
    'models.install',
    z.object({
      source: ModelSource,
      isInPlace: z.boolean(),
      token: AccessToken.nullable(),
      neededBytes: z.number().nullable(),
    }),
    ModelsState,
  ),
  hostCall(
    'models.actOnJob',
    z.object({ jobId: z.number().int(), verb: z.enum(['pause', 'resume', 'start-over', 'cancel']) }),
    ModelsState,
  ),
  hostCall('models.prune', z.void(), ModelsState),
  hostCall('models.remove', z.object({ key: ModelKey }), ModelsState),
  hostCall('models.hfLogin', z.void(), HfLogin),
  /** Null logs out. The token goes to InvokeAI on the host and is not saved here. */
  hostCall('models.setHfToken', z.object({ token: HfToken.nullable() }), HfLogin),
  hostCall('models.actOnQueue', z.object({ verb: z.enum(['pause', 'resume', 'clear', 'cancel-current', 'cancel-waiting']) }), ModelsState),
  hostCall('models.freeVram', z.void(), FreedVram),
  /** The password goes to InvokeAI; it is saved, in the keyring, only when `isPasswordSaved`. */
  hostCall('models.logIn', z.object({ email: LoginEmail, password: LoginPassword, isPasswordSaved: z.boolean() }), ModelsState),
  hostCall('models.logOut', z.void(), ModelsState),
  hostCall('models.cache', z.void(), z.array(CacheFact)),
  /** Progress is sent only while it is followed: each preview is some 50 KB. */
  hostCall('models.followProgress', z.object({ isFollowed: z.boolean() }), z.void()),
  ...hubCalls,
] as const;

export const modelEvents = [
  hostEvent('models.changed', ModelsState),
  /** Null = nothing runs. */
  hostEvent('models.progressed', QueueProgress.nullable()),
] as const;
