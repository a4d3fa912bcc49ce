import { z } from 'zod';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs } from '../../identifiers.ts';
import { GalleryImage } from '../gallery/image.ts';
import { ImageParameters, RouteId } from './request.ts';

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

export const RunPhase = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('running'),
    /** What is known of it now. */
    message: z.string(),
    /** Jobs in front of it; null = not known. */
    ahead: z.number().int().nullable(),
    share: z.number().nullable(),
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
    startedAt: EpochMs,
    /** The request as a curl command, without the token; null where it is no single request. */
    curl: z.string().nullable(),
    phase: RunPhase,
  })
  .readonly();
export type ImageRun = z.infer<typeof ImageRun>;
