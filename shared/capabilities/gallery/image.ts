import { z } from 'zod';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs } from '../../identifiers.ts';
import { IMAGE_LIMITS, ImageParameters, RouteId } from '../images/request.ts';

export const ImageId = z
  .string()
  .max(24)
  .regex(/^\d{8}-\d{6}-[0-9a-f]{8}$/);
export type ImageId = z.infer<typeof ImageId>;

/** Facts that the generating program reported of an image; null = not reported, so that only the request is known. */
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

/** One image of the gallery; the same is in the PNG itself. */
export const GalleryImage = z
  .object({
    pictureId: ImageId,
    createdAt: EpochMs,
    width: z.number().int(),
    height: z.number().int(),
    bytes: z.number().int(),
    /** As requested; seed and scheduler are this image's as reported, else as requested. A seed is null where it was neither. */
    parameters: ImageParameters,
    reported: ReportedFacts.default(NOTHING_REPORTED),
    route: RouteId,
    /** As the generating program reported it; null = not reported. */
    modelUsed: z.string().nullable(),
    elapsedMs: z.number().nullable(),
    hostLabel: z.string(),
  })
  .readonly();
export type GalleryImage = z.infer<typeof GalleryImage>;

export const MAX_SEARCH_CHARS = 200;
/** By time, or by the prompt's letters. */
export const GALLERY_SORTS = ['newest', 'oldest', 'prompt'] as const;

/** Which images of the gallery, and in which order. */
export const GalleryQuery = z
  .object({
    /** Words that all have to be in the prompts, the model, the seed or the route. */
    search: z.string().max(MAX_SEARCH_CHARS).default(''),
    isFavourite: z.boolean().default(false),
    /** The exact name; null = any. */
    model: z.string().max(IMAGE_LIMITS.modelLength).nullable().default(null),
    /** Created at or after; null = no limit. */
    fromMs: EpochMs.nullable().default(null),
    /** Created before; null = no limit. */
    toMs: EpochMs.nullable().default(null),
    sort: z.enum(GALLERY_SORTS).default('newest'),
  })
  .readonly();
export type GalleryQuery = z.infer<typeof GalleryQuery>;
/** Every image, the newest first. */
export const ALL_IMAGES: GalleryQuery = { search: '', isFavourite: false, model: null, fromMs: null, toMs: null, sort: 'newest' };

/** Files of the gallery folder that were left out, with examples in words. */
export const SkippedFiles = z.object({ count: z.number().int(), examples: z.array(z.string()) }).readonly();
export type SkippedFiles = z.infer<typeof SkippedFiles>;

export const GalleryPage = z
  .object({
    /** Of all that match, as far as the folder was read. */
    total: z.number().int(),
    images: z.array(GalleryImage),
    /** How many of them each local day has (`2026-11-27`), in the order of the images; empty where time is not the order. */
    days: z.array(z.object({ day: z.string(), count: z.number().int() }).readonly()),
    /** Of the whole gallery, whatever was looked for. */
    galleryTotal: z.number().int(),
    /** The models of the whole gallery, the most used first. */
    models: z.array(z.object({ name: z.string(), count: z.number().int() }).readonly()),
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
    image: GalleryImage,
    error: PanelErrorSchema,
    /** Where the operator saved a copy; null = nowhere yet. */
    savedTo: z.string().nullable(),
  })
  .readonly();
export type UnsavedImage = z.infer<typeof UnsavedImage>;

/** What an image file says about how it was made, as far as the form can take it. */
export const ImportedParameters = z
  .object({
    /** The program that wrote it, in words; null = nothing was found that this panel reads. */
    source: z.string().nullable(),
    /** The values found that fit the form. */
    parameters: ImageParameters.unwrap().partial().readonly(),
    /** The values found that do not fit the form, each as a phrase. */
    notUsed: z.array(z.string()),
  })
  .readonly();
export type ImportedParameters = z.infer<typeof ImportedParameters>;
