import { z } from 'zod';
import { call, event } from '../../contract/define.ts';
import { EpochMs } from '../../identifiers.ts';
import { IMAGE_LIMITS, ImageParameters } from '../images/request.ts';

export const LIBRARY_LIMITS = {
  maxPresets: 100,
  nameLength: 60,
  maxLists: 50,
  maxLines: 500,
  lineLength: 200,
  /** Of all lists together: a request holds no more. */
  maxListChars: 400_000,
  maxPrompts: 100,
} as const;

/** Parameters under a name; what is absent stays as it is in the form. */
export const OwnPreset = z
  .object({
    presetId: z.string().min(1).max(40),
    name: z.string().trim().min(1).max(LIBRARY_LIMITS.nameLength),
    parameters: ImageParameters.unwrap().omit({ seed: true }).partial().readonly(),
  })
  .readonly();
export type OwnPreset = z.infer<typeof OwnPreset>;

/** A list that `__name__` in a prompt picks a line of. */
export const WildcardList = z
  .object({
    name: z.string().min(1).max(LIBRARY_LIMITS.nameLength),
    lines: z.array(z.string().trim().min(1).max(LIBRARY_LIMITS.lineLength)).max(LIBRARY_LIMITS.maxLines),
  })
  .readonly();
export type WildcardList = z.infer<typeof WildcardList>;

/** A prompt as it was sent from the form, with its alternatives and lists. */
export const SentPrompt = z.object({ prompt: z.string().min(1).max(IMAGE_LIMITS.promptLength), sentAt: EpochMs }).readonly();
export type SentPrompt = z.infer<typeof SentPrompt>;

const Wildcards = z
  .array(WildcardList)
  .max(LIBRARY_LIMITS.maxLists)
  .refine((lists) => lists.reduce((sum, { lines }) => sum + lines.join('').length, 0) <= LIBRARY_LIMITS.maxListChars);

export const Library = z
  .object({
    presets: z.array(OwnPreset).max(LIBRARY_LIMITS.maxPresets),
    wildcards: Wildcards,
    /** Newest first, each prompt once. */
    prompts: z.array(SentPrompt).max(LIBRARY_LIMITS.maxPrompts),
  })
  .readonly();
export type Library = z.infer<typeof Library>;

export const EMPTY_LIBRARY: Library = { presets: [], wildcards: [], prompts: [] };

export const libraryCalls = [
  call('library.get', z.void(), Library),
  /** The given parts replace the saved ones. */
  call('library.update', Library.unwrap().partial(), Library),
] as const;

export const libraryEvents = [event('library.changed', Library)] as const;
