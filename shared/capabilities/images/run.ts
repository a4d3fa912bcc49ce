import { z } from 'zod';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs } from '../../identifiers.ts';
import { GalleryImage } from '../gallery/image.ts';
import { ImageParameters, RouteId } from './request.ts';
import { Sweep } from './sweep.ts';

/** Where the time of a run went, in ms; null = cannot be separated from the phase before it. */
export const RunTiming = z
  .object({
    connectMs: z.number(),
    /** In the queue of the backend. */
    waitMs: z.number().nullable(),
    generateMs: z.number().nullable(),
    /** Between the last byte sent and the first one back, where wait and generation are not known. */
    answerMs: z.number().nullable(),
    transferMs: z.number(),
    /** Reading the answer and writing the images. */
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

/** What is known of a cancelled run's work at the far end, from its own answers. */
export const RemoteWork = z
  .object({
    state: z.enum(['checking', 'ended', 'going-on', 'unknown']),
    message: z.string(),
  })
  .readonly();
export type RemoteWork = z.infer<typeof RemoteWork>;

/** What a run that was sent is doing, in the order in which it goes through them. */
export const RUN_STAGES = ['sent', 'queued', 'preparing', 'loading', 'generating', 'decoding', 'transfer', 'saving'] as const;
export const RunStage = z.enum(RUN_STAGES);
export type RunStage = z.infer<typeof RunStage>;

/** How long a run takes on; `steps` = by the steps reported of it, `past` = by earlier runs like it. */
export const TimeLeft = z.object({ leftMs: z.number(), from: z.enum(['steps', 'past']), asOf: EpochMs }).readonly();
export type TimeLeft = z.infer<typeof TimeLeft>;

export const RunPhase = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('waiting'),
    /** Behind other runs of its route; for a free slot of the gateway; or until `retryAt`, since the gateway refused it with 429. */
    cause: z.enum(['order', 'slots', 'refused']),
    /** Runs of this panel in front of it on its route. */
    ahead: z.number().int(),
    /** Why it waits, as reported. */
    message: z.string(),
    retryAt: EpochMs.nullable(),
  }),
  z.object({
    kind: z.literal('running'),
    stage: RunStage,
    /** What is known of it now. */
    message: z.string(),
    /** Jobs in front of it; null = not known. */
    ahead: z.number().int().nullable(),
    /** Of the whole run, from 0 to 1; null = not known. */
    share: z.number().nullable(),
    /** Of the image at work; null = no step is reported. */
    step: z.object({ at: z.number().int(), of: z.number().int() }).nullable(),
    /** Null = not known. */
    timeLeft: TimeLeft.nullable(),
    preview: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('done'),
    images: z.array(GalleryImage),
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
    route: RouteId,
    /** With the seed that was picked. */
    parameters: ImageParameters,
    /** When it was sent; of one that was not sent yet, when it was added. */
    startedAt: EpochMs,
    /** Null: it stands alone. */
    group: z.object({ groupId: z.string(), cell: z.number().int() }).nullable(),
    /** The request as a curl command, without the token; null where it is no single request. */
    curl: z.string().nullable(),
    phase: RunPhase,
  })
  .readonly();
export type ImageRun = z.infer<typeof ImageRun>;

/** Several runs that belong together, in the order of their cells. */
export const RunGroup = z
  .object({
    groupId: z.string(),
    /** Null: images of one prompt, each with its own words. */
    sweep: Sweep.nullable(),
    runIds: z.array(z.string()),
    addedAt: EpochMs,
  })
  .readonly();
export type RunGroup = z.infer<typeof RunGroup>;

/** Which runs there are, in the order in which they are sent, with those that ended. */
export const RunOrder = z.object({ runIds: z.array(z.string()), groups: z.array(RunGroup) }).readonly();
export type RunOrder = z.infer<typeof RunOrder>;
