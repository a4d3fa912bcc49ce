import type { ImageId } from '../../../../shared/capabilities/gallery/contract.ts';

/** The selected images, and the position from which a range begins (null = none). */
export interface Selection {
  readonly ids: ReadonlySet<ImageId>;
  readonly anchor: number | null;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), anchor: null };

/** Adds an image, or takes it out; the next range begins there. */
export function toggled({ ids }: Selection, pictureId: ImageId, index: number): Selection {
  const next = new Set(ids);
  if (!next.delete(pictureId)) next.add(pictureId);
  return { ids: next, anchor: index };
}

/** Adds images; the anchor stays, so that the next range begins at the same image. */
export function withAll({ ids, anchor }: Selection, added: readonly ImageId[], newAnchor: number | null = anchor): Selection {
  return { ids: new Set([...ids, ...added]), anchor: newAnchor };
}

/** Without these images. */
export function without({ ids, anchor }: Selection, removed: readonly ImageId[]): Selection {
  const next = new Set(ids);
  for (const pictureId of removed) next.delete(pictureId);
  return next.size === 0 ? NOTHING_SELECTED : { ids: next, anchor };
}

/** First position and length of the range from the anchor to an image. */
export function rangeTo({ anchor }: Selection, index: number): { readonly offset: number; readonly limit: number } {
  const from = anchor ?? index;
  return { offset: Math.min(from, index), limit: Math.abs(from - index) + 1 };
}
