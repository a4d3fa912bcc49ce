import { z } from 'zod';
import { hostCall } from '../../contract/define.ts';
import { AccessToken, EpochMs, isUrl } from '../../identifiers.ts';

/** A repository of Hugging Face: `owner/name`, or a name alone. */
export const HubRepoId = z
  .string()
  .trim()
  .max(200)
  .regex(/^(?:[\w-][\w.-]{0,95}\/)?[\w-][\w.-]{0,95}$/, 'Use a repo like owner/name.');
export type HubRepoId = z.infer<typeof HubRepoId>;

/** Who fetches pages of Hugging Face: this computer, the host, or this computer and, where it cannot, the host. */
export const HubRoute = z.enum(['auto', 'computer', 'host']);
export type HubRoute = z.infer<typeof HubRoute>;

/** The address of Hugging Face, or of a mirror of its API; https only, since a token may be sent. */
export const HubEndpoint = z
  .string()
  .trim()
  .max(300)
  .regex(/^https:\/\/(\[[0-9a-f:]+\]|[\w.-]+)(:\d{1,5})?\/?$/i, 'Use an address like https://huggingface.co')
  .refine(isUrl, 'Use an address like https://huggingface.co');

export const HUB_KINDS = ['image', 'lora', 'controlnet', 'any'] as const;
/** What is searched for: `image` = models that make images of a text. */
export const HubKind = z.enum(HUB_KINDS);
export type HubKind = z.infer<typeof HubKind>;

/** A model of a search; null = the server does not report it. */
export const HubModel = z
  .object({
    id: z.string(),
    pipeline: z.string().nullable(),
    library: z.string().nullable(),
    /** The base as InvokeAI calls it (`sdxl`), and its type (`main`, `lora`), where tags tell them. */
    base: z.string().nullable(),
    type: z.string().nullable(),
    downloads: z.number().nullable(),
    likes: z.number().nullable(),
    updatedAt: EpochMs.nullable(),
    licence: z.string().nullable(),
    /** Whether its licence must be accepted first: granted at once, or by the owner. */
    gated: z.enum(['no', 'automatic', 'manual', 'unknown']),
    isPrivate: z.boolean(),
  })
  .readonly();
export type HubModel = z.infer<typeof HubModel>;

/** Who fetched an answer, and from which server. */
const Fetched = { from: z.enum(['computer', 'host']), site: z.string() };

export const HubAnswer = z.object({ ...Fetched, models: z.array(HubModel), hasMore: z.boolean() }).readonly();
export type HubAnswer = z.infer<typeof HubAnswer>;

export const HubFile = z.object({ path: z.string(), bytes: z.number().nullable(), sha256: z.string().nullable() }).readonly();
export type HubFile = z.infer<typeof HubFile>;

/** Something of a repository that can be installed: the repository in one variant, or one of its files. */
export const HubOffer = z
  .object({
    /** As InvokeAI takes it: `owner/name`, `owner/name:fp16`, or the address of a file. */
    source: z.string(),
    kind: z.enum(['repository', 'file']),
    /** `fp16`, the name of a file; null = the repository as it is. */
    label: z.string().nullable(),
    files: z.array(HubFile),
    /** What would be fetched; null = the server does not report the size of a file. */
    bytes: z.number().nullable(),
    /** The weights of its largest part, which is loaded as a whole; null = unknown. */
    largestPartBytes: z.number().nullable(),
    /** A format that can run code when it is loaded. */
    isPickle: z.boolean(),
  })
  .readonly();
export type HubOffer = z.infer<typeof HubOffer>;

export const HubDetails = z
  .object({
    ...Fetched,
    model: HubModel,
    /** The name and page of a licence that has no identifier of its own. */
    licenceName: z.string().nullable(),
    baseModel: z.string().nullable(),
    /** What the saved token may do: `unknown` = not checked, or the check failed. */
    access: z.enum(['open', 'granted', 'not-granted', 'token-needed', 'unknown']),
    /** The best one first; empty where there is nothing that InvokeAI installs. */
    offers: z.array(HubOffer),
  })
  .readonly();
export type HubDetails = z.infer<typeof HubDetails>;

export const HubQuery = z.object({
  text: z.string().trim().min(1).max(200),
  kind: HubKind,
  limit: z.number().int().min(1).max(100),
});
export type HubQuery = z.infer<typeof HubQuery>;

export const hubCalls = [
  /** A new search ends the one before it, which then fails with hub-cancelled. */
  hostCall('models.searchHub', HubQuery, HubAnswer),
  hostCall('models.cancelHubSearch', z.void(), z.void()),
  hostCall('models.hubModel', z.object({ id: HubRepoId }), HubDetails),
  hostCall('models.hasHubToken', z.void(), z.boolean()),
  /** For searching only, and for this server only. Null removes it. Saved in the keyring. */
  hostCall('models.setHubToken', z.object({ token: AccessToken.min(4).nullable() }), z.boolean()),
] as const;
