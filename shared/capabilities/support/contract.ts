import { z } from 'zod';
import { hostCall } from '../../contract/define.ts';

/** Most characters of one preview. */
export const MAX_PREVIEW_CHARS = 200_000;

export const BUNDLE_GROUPS = ['report', 'configuration', 'logs', 'samples', 'panel'] as const;
export const BundleGroup = z.enum(BUNDLE_GROUPS);
export type BundleGroup = z.infer<typeof BundleGroup>;

const BundlePath = z.string().min(1).max(400);

export const BundleFile = z
  .object({
    /** In the archive. */
    path: BundlePath,
    group: BundleGroup,
    /** One sentence: what it is and where it comes from. */
    about: z.string(),
    bytes: z.number().int(),
  })
  .readonly();
export type BundleFile = z.infer<typeof BundleFile>;

/** A bundle that is held in memory and not saved yet. */
export const BundleDraft = z
  .object({
    id: z.string(),
    files: z.array(BundleFile),
    /** What could not be read, with the reason; the bundle has these lines as well. */
    missing: z.array(z.string()),
    hasPrompts: z.boolean(),
  })
  .readonly();
export type BundleDraft = z.infer<typeof BundleDraft>;

const DraftId = z.string().max(100);

export const supportCalls = [
  /** Reads the host with at most three commands and removes secrets. Prompts of users are left out unless `withPrompts`. Nothing is saved. */
  hostCall('support.prepare', z.object({ panelVersion: z.string().max(200), withPrompts: z.boolean() }), BundleDraft),
  /** The same readings again, with or without prompts. Throws bundle-gone. */
  hostCall('support.render', z.object({ id: DraftId, withPrompts: z.boolean() }), BundleDraft),
  /** The text of one file as it would be saved. Throws bundle-gone. */
  hostCall('support.preview', z.object({ id: DraftId, path: BundlePath }), z.object({ text: z.string(), isCut: z.boolean() })),
  /** Asks where to save a zip without the files of `leaveOut`; null when the operator cancelled. Throws bundle-gone. */
  hostCall(
    'support.save',
    z.object({ id: DraftId, leaveOut: z.array(BundlePath).max(500) }),
    z.object({ savedTo: z.string().nullable(), files: z.number().int(), bytes: z.number().int() }),
  ),
  hostCall('support.discard', z.object({ id: DraftId }), z.void()),
] as const;
