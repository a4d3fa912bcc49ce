import { z } from 'zod';
import { call, event } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs } from '../../identifiers.ts';

/** How a prompt gets to the GPU: by the gateway, by the images shim on the host, or straight into InvokeAI's queue. */
export const WAYS = ['gateway', 'shim', 'backend'] as const;
export const Way = z.enum(WAYS);
export type Way = z.infer<typeof Way>;

/** What a request for images may hold; the form names the same limits. Sizes in pixels, prompts in UTF-16 units. */
export const IMAGE_LIMITS = {
  promptLength: 4000,
  minSide: 64,
  maxSide: 4096,
  maxSteps: 200,
  minGuidance: 1,
  maxGuidance: 30,
  maxSeed: 4_294_967_295,
  modelLength: 300,
  maxCount: 4,
} as const;

/** What can be asked for. Sizes in pixels; null = left to the model. */
export const ImageParameters = z
  .object({
    prompt: z.string().trim().min(1).max(IMAGE_LIMITS.promptLength),
    negativePrompt: z.string().max(IMAGE_LIMITS.promptLength),
    width: z.number().int().min(IMAGE_LIMITS.minSide).max(IMAGE_LIMITS.maxSide),
    height: z.number().int().min(IMAGE_LIMITS.minSide).max(IMAGE_LIMITS.maxSide),
    steps: z.number().int().min(1).max(IMAGE_LIMITS.maxSteps),
    guidance: z.number().min(IMAGE_LIMITS.minGuidance).max(IMAGE_LIMITS.maxGuidance),
    /** Null: the panel picks one, so that it is known. */
    seed: z.number().int().min(0).max(IMAGE_LIMITS.maxSeed).nullable(),
    model: z.string().max(IMAGE_LIMITS.modelLength).nullable(),
    scheduler: z.string().max(40).nullable(),
    count: z.number().int().min(1).max(IMAGE_LIMITS.maxCount),
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
    /** False only for a gateway that nobody set up. */
    isSetUp: z.boolean(),
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

export const PictureId = z
  .string()
  .max(24)
  .regex(/^\d{8}-\d{6}-[0-9a-f]{8}$/);
export type PictureId = z.infer<typeof PictureId>;

/** What whoever made an image reported of it; null = not reported, so that only the request is known. */
export const ReportedFacts = z
  .object({
    seed: ImageParameters.unwrap().shape.seed,
    steps: z.number().int().nullable(),
    guidance: z.number().nullable(),
    scheduler: ImageParameters.unwrap().shape.scheduler,
  })
  .readonly();
export type ReportedFacts = z.infer<typeof ReportedFacts>;
export const NOTHING_REPORTED: ReportedFacts = { seed: null, steps: null, guidance: null, scheduler: null };

/** One picture of the gallery; the same is in the PNG itself. */
export const Picture = z
  .object({
    pictureId: PictureId,
    createdAt: EpochMs,
    width: z.number().int(),
    height: z.number().int(),
    bytes: z.number().int(),
    /** As requested; seed and scheduler are this image's as reported, else as requested. A seed is null where it was neither. */
    parameters: ImageParameters,
    reported: ReportedFacts.default(NOTHING_REPORTED),
    way: Way,
    /** As whoever made it reported; null = not reported. */
    modelUsed: z.string().nullable(),
    elapsedMs: z.number().nullable(),
    hostLabel: z.string(),
  })
  .readonly();
export type Picture = z.infer<typeof Picture>;

/** Files of the gallery folder that were left out, with examples in words. */
export const SkippedFiles = z.object({ count: z.number().int(), examples: z.array(z.string()) }).readonly();
export type SkippedFiles = z.infer<typeof SkippedFiles>;

export const GalleryPage = z
  .object({
    /** Of all that match, as far as the folder was read. */
    total: z.number().int(),
    pictures: z.array(Picture),
    /** While images that the index does not know are read; null when all are known. */
    indexing: z.object({ readCount: z.number().int(), total: z.number().int() }).nullable(),
    skipped: SkippedFiles,
    /** Deleted images that can still be restored. */
    trash: z.object({ count: z.number().int(), bytes: z.number() }),
  })
  .readonly();
export type GalleryPage = z.infer<typeof GalleryPage>;

/** An image that was made but could not be written; it is in memory only. */
export const UnsavedImage = z
  .object({
    picture: Picture,
    error: PanelErrorSchema,
    /** Where the operator saved a copy; null = nowhere yet. */
    savedTo: z.string().nullable(),
  })
  .readonly();
export type UnsavedImage = z.infer<typeof UnsavedImage>;

/** What a PNG says about how it was made, as far as the form can take it. */
export const ImportedParameters = z
  .object({
    /** The program that wrote it, in words; null = nothing was found that this panel reads. */
    source: z.string().nullable(),
    /** Only what was found and fits the form. */
    parameters: ImageParameters.unwrap().partial().readonly(),
    /** What was found and is not in the form, each in words. */
    notUsed: z.array(z.string()),
  })
  .readonly();
export type ImportedParameters = z.infer<typeof ImportedParameters>;

export const MAX_SEARCH_CHARS = 200;
export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

/** What is known of a cancelled run's work at the far end, from its own answers. */
export const RemoteWork = z
  .object({
    state: z.enum(['checking', 'ended', 'going-on', 'unknown']),
    said: z.string(),
  })
  .readonly();
export type RemoteWork = z.infer<typeof RemoteWork>;

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
  z.object({
    kind: z.literal('cancelled'),
    elapsedMs: z.number(),
    /** Images that were finished before; they are in the gallery. */
    saved: z.number().int(),
    remote: RemoteWork,
  }),
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
  call('images.cancel', z.object({ runId: z.string().max(100) }), z.void()),
  /** Newest first; `search` is looked for in prompts and models. */
  call(
    'images.gallery',
    z.object({
      search: z.string().max(MAX_SEARCH_CHARS),
      offset: z.number().int().min(0),
      limit: z.number().int().min(1).max(500),
    }),
    GalleryPage,
  ),
  /** Moves an image to the gallery's trash, from which it can be restored for 30 days. */
  call('images.remove', z.object({ pictureId: PictureId }), z.void()),
  call('images.restore', z.object({ pictureId: PictureId }), z.void()),
  /** Deletes the images in the trash for good. */
  call('images.emptyTrash', z.void(), z.void()),
  /** Images that could not be written, newest first. */
  call('images.unsaved', z.void(), z.array(UnsavedImage)),
  call('images.retryUnsaved', z.void(), z.void()),
  call('images.discardUnsaved', z.object({ pictureId: PictureId }), z.void()),
  /** Puts the file itself on the clipboard, with the parameters in it. */
  call('images.copyFile', z.object({ pictureId: PictureId }), z.void()),
  /** What a PNG of this panel, A1111, ComfyUI, InvokeAI or Fooocus says about how it was made. */
  call(
    'images.readParameters',
    z.object({ png: z.instanceof(Uint8Array).refine((png) => png.length <= MAX_IMPORT_BYTES) }),
    ImportedParameters,
  ),
  call('images.saveAs', z.object({ pictureId: PictureId }), z.object({ savedTo: z.string().nullable() })),
] as const;

export const imageEvents = [
  event('images.runChanged', ImageRun),
  event('images.galleryChanged', z.object({ total: z.number().int() })),
  event('images.unsavedChanged', z.array(UnsavedImage)),
] as const;
