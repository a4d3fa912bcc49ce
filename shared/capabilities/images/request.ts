import { z } from 'zod';

/** How a prompt gets to the GPU: by the gateway, by the images shim on the host, or straight into InvokeAI's queue. */
export const ROUTE_IDS = ['gateway', 'shim', 'backend', 'comfyui'] as const;
export const RouteId = z.enum(ROUTE_IDS);
export type RouteId = z.infer<typeof RouteId>;

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
  schedulerLength: 40,
  maxCount: 4,
} as const;

/** The parameters of a request. Sizes in pixels; null = left to the model. */
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
    scheduler: z.string().max(IMAGE_LIMITS.schedulerLength).nullable(),
    count: z.number().int().min(1).max(IMAGE_LIMITS.maxCount),
  })
  .readonly();
export type ImageParameters = z.infer<typeof ImageParameters>;

export const RouteModel = z
  .object({
    name: z.string(),
    base: z.string().nullable(),
    /** A preset of the images shim whose model is not installed. */
    isMissing: z.boolean(),
  })
  .readonly();
export type RouteModel = z.infer<typeof RouteModel>;

/** Whether a route can be used now. */
export const RouteState = z
  .object({
    route: RouteId,
    /** False only for a gateway that is not set up. */
    isSetUp: z.boolean(),
    isReady: z.boolean(),
    /** Why it cannot be used, or how it is. */
    message: z.string(),
    models: z.array(RouteModel),
    /** Those of InvokeAI's schedulers that it takes; null = all. */
    schedulers: z.array(z.string()).nullable(),
    /** The most pixels an image may have; null = not known. */
    maxPixels: z.number().nullable(),
  })
  .readonly();
export type RouteState = z.infer<typeof RouteState>;
