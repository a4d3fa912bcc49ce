import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import type { MadeImages } from '../data.ts';
import type { Span } from '../document.ts';
import { peakVram, type StoredHistory } from './stored.ts';

/** Images of the gallery, newest first, a page at a time. */
export type MadeImageSource = (offset: number, limit: number) => Promise<readonly GalleryImage[]>;

const PAGE = 500;
/** Bounds the time for a gallery of years. */
const MAX_IMAGES = 100_000;
const MAX_SHOWN = 20;

/** The images of a host in the span, and the VRAM of the newest of them. Throws what the gallery throws. */
export async function readImages(
  find: MadeImageSource,
  hostLabel: string,
  span: Span,
  vram: { readonly history: StoredHistory; readonly hostId: string; readonly uuids: readonly string[] },
): Promise<MadeImages> {
  const elapsedMs: number[] = [];
  const newest: GalleryImage[] = [];
  let total = 0;
  for (let offset = 0; offset < MAX_IMAGES; offset += PAGE) {
    const page = await find(offset, PAGE);
    for (const image of page) {
      if (image.hostLabel !== hostLabel || image.createdAt < span.fromMs || image.createdAt >= span.toMs) continue;
      total += 1;
      if (image.elapsedMs !== null) elapsedMs.push(image.elapsedMs);
      if (newest.length < MAX_SHOWN) newest.push(image);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE || last.createdAt < span.fromMs) break;
  }
  return {
    total,
    elapsedMs,
    newest: newest.map(({ createdAt, elapsedMs: took, modelUsed, parameters, width, height, route }) => ({
      createdAtMs: createdAt,
      elapsedMs: took,
      model: modelUsed ?? parameters.model,
      size: `${width} × ${height}`,
      route,
      peakMiB: took === null ? null : peakVram(vram.history, vram.hostId, vram.uuids, { fromMs: createdAt - took, toMs: createdAt }),
    })),
  };
}
