import { z } from 'zod';
import { EpochMs } from '../identifiers.ts';
import { call, event } from './define.ts';
import { PanelErrorSchema } from './panel-error.ts';

/** How a prompt gets to the GPU: by the gateway, by the images shim on the host, or straight into InvokeAI's queue. */
export const WAYS = ['gateway', 'shim', 'backend'] as const;
export const Way = z.enum(WAYS);
export type Way = z.infer<typeof Way>;

/** What can be asked for. Sizes in pixels; null = left to the model. */
export const ImageParameters = z
  .object({
    prompt: z.string().trim().min(1).max(4000),
    negativePrompt: z.string().max(4000),
    width: z.number().int().min(64).max(4096),
    height: z.number().int().min(64).max(4096),
    steps: z.number().int().min(1).max(200),
    guidance: z.number().min(1).max(30),
    /** Null: the panel picks one, so that it is known. */
    seed: z.number().int().min(0).max(4_294_967_295).nullable(),
    model: z.string().max(300).nullable(),
    scheduler: z.string().max(40).nullable(),
    count: z.number().int().min(1).max(4),
  })
  .readonly();
export type ImageParameters = z.infer<typeof ImageParameters>;

export const WayModel = z
  .object({
    name: z.string(),
    base: z.string().nullable(),
    /** A preset of the images shim whose model is not installed. */
    isMissing: z.boolean(),
  })
  .readonly();
export type WayModel = z.infer<typeof WayModel>;

/** Whether a way can be gone now. */
export const WayState = z
  .object({
    way: Way,
    isReady: z.boolean(),
    /** How it is, in words: why it cannot be gone, or where it leads. */
    said: z.string(),
    models: z.array(WayModel),
    /** The most pixels a picture may have; null = not known. */
    mostPixels: z.number().nullable(),
  })
  .readonly();
export type WayState = z.infer<typeof WayState>;

/** Where the time of a run went, in ms; null = cannot be told apart from what comes before it. */
export const RunTiming = z
  .object({
    connectMs: z.number(),
    /** In the queue of the backend. */
    waitMs: z.number().nullable(),
    generateMs: z.number().nullable(),
    /** Between the last byte sent and the first one back, where wait and generation are not known. */
    answerMs: z.number().nullable(),
    transferMs: z.number(),
    /** Reading the answer and writing the pictures. */
    saveMs: z.number(),
    totalMs: z.number(),
  })
  .readonly();
export type RunTiming = z.infer<typeof RunTiming>;

/** VRAM in use while it ran; null = not known. */
export const RunVram = z
  .object({
    beforeMiB: z.number(),
    peakMiB: z.number(),
    /** [ms since the start, MiB]. */
    series: z.array(z.tuple([z.number(), z.number()])),
  })
  .readonly();
export type RunVram = z.infer<typeof RunVram>;

export const PictureId = z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{8}$/);
export type PictureId = z.infer<typeof PictureId>;

/** One picture of the gallery; the same is in the PNG itself. */
export const Picture = z
  .object({
    pictureId: PictureId,
    createdAt: EpochMs,
    width: z.number().int(),
    height: z.number().int(),
    bytes: z.number().int(),
    /** As asked; `seed` is the one of this picture. */
    parameters: ImageParameters,
    way: Way,
    /** As whoever made it says; null = it does not say. */
    modelUsed: z.string().nullable(),
    elapsedMs: z.number().nullable(),
    hostLabel: z.string(),
  })
  .readonly();
export type Picture = z.infer<typeof Picture>;

export const RunPhase = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('running'),
    /** What is known of it now. */
    said: z.string(),
    /** Jobs in front of it; null = not known. */
    ahead: z.number().int().nullable(),
    share: z.number().nullable(),
    preview: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('done'),
    pictures: z.array(Picture),
    timing: RunTiming,
    vram: RunVram.nullable(),
    requestId: z.string().nullable(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    notes: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('failed'),
    error: PanelErrorSchema,
    /** What the host itself says about it, where the gateway keeps the reason. */
    found: z.array(z.string()),
    elapsedMs: z.number(),
  }),
  z.object({ kind: z.literal('cancelled'), elapsedMs: z.number() }),
]);
export type RunPhase = z.infer<typeof RunPhase>;

export const ImageRun = z
  .object({
    runId: z.string(),
    way: Way,
    /** With the seed that was picked. */
    parameters: ImageParameters,
    startedAt: EpochMs,
    /** The request as a curl command, without the token; null where it is no single request. */
    curl: z.string().nullable(),
    phase: RunPhase,
  })
  .readonly();
export type ImageRun = z.infer<typeof ImageRun>;

export const imageCalls = [
  call('images.ways', z.void(), z.array(WayState)),
  call('images.run', z.void(), ImageRun.nullable()),
  call('images.start', z.object({ way: Way, parameters: ImageParameters }), ImageRun),
  call('images.cancel', z.object({ runId: z.string() }), z.void()),
  /** Newest first; `search` is looked for in prompts and models. */
  call(
    'images.gallery',
    z.object({ search: z.string().max(200), offset: z.number().int().min(0), limit: z.number().int().min(1).max(500) }),
    z.object({ total: z.number().int(), pictures: z.array(Picture) }),
  ),
  call('images.remove', z.object({ pictureId: PictureId }), z.void()),
  call('images.saveAs', z.object({ pictureId: PictureId }), z.object({ savedTo: z.string().nullable() })),
] as const;

export const imageEvents = [
  event('images.runChanged', ImageRun),
  event('images.galleryChanged', z.object({ total: z.number().int() })),
] as const;
