import {
  ALL_IMAGES,
  type GalleryImage,
  type GalleryPage,
  type GalleryQuery,
  type ImageId,
} from '../../../shared/capabilities/gallery/contract.ts';
import { daysOf, findImages, modelsOf } from './gallery-query.ts';

/** What a page of the gallery has of the images themselves. */
export type FoundImages = Pick<GalleryPage, 'total' | 'images' | 'days' | 'galleryTotal' | 'models'>;

/** The images read so far. Sorted lists and the last answer are kept until an image comes or goes: scrolling asks for page after page. */
export interface KnownImages {
  readonly size: number;
  has(pictureId: ImageId): boolean;
  get(pictureId: ImageId): GalleryImage | undefined;
  set(image: GalleryImage): void;
  /** Whether there was one. */
  delete(pictureId: ImageId): boolean;
  /** Takes these for the first time; images that were set before remain. */
  merge(images: readonly GalleryImage[]): void;
  /** Newest first. */
  all(): readonly GalleryImage[];
  find(query: Partial<GalleryQuery>, offset: number, limit: number): FoundImages;
  ids(query: Partial<GalleryQuery>, offset: number, limit: number): ImageId[];
  /** Forgets the last answer: the favourites changed. */
  invalidate(): void;
}

export function createKnownImages(favourites: () => ReadonlySet<string>): KnownImages {
  const known = new Map<ImageId, GalleryImage>();
  let sorted: readonly GalleryImage[] | null = null;
  let models: GalleryPage['models'] | null = null;
  let last: { readonly key: string; readonly found: readonly GalleryImage[]; readonly days: GalleryPage['days'] } | null = null;

  const changed = (): void => {
    sorted = null;
    models = null;
    last = null;
  };
  const all = (): readonly GalleryImage[] => {
    sorted ??= [...known.values()].sort((a, b) => b.createdAt - a.createdAt || (a.pictureId < b.pictureId ? 1 : -1));
    return sorted;
  };
  const answer = (part: Partial<GalleryQuery>) => {
    const query = { ...ALL_IMAGES, ...part };
    const key = JSON.stringify([query.search, query.isFavourite, query.model, query.fromMs, query.toMs, query.sort]);
    if (last?.key === key) return last;
    const found = findImages(all(), query, favourites());
    last = { key, found, days: query.sort === 'prompt' ? [] : daysOf(found) };
    return last;
  };
  return {
    get size() {
      return known.size;
    },
    has: (pictureId) => known.has(pictureId),
    get: (pictureId) => known.get(pictureId),
    set: (image) => {
      known.set(image.pictureId, image);
      changed();
    },
    delete: (pictureId) => {
      const isKnown = known.delete(pictureId);
      if (isKnown) changed();
      return isKnown;
    },
    merge: (images) => {
      for (const image of images) if (!known.has(image.pictureId)) known.set(image.pictureId, image);
      changed();
    },
    all,
    find: (query, offset, limit) => {
      const { found, days } = answer(query);
      models ??= modelsOf(all());
      return {
        total: found.length,
        images: found.slice(offset, offset + limit),
        days: [...days],
        galleryTotal: known.size,
        models: [...models],
      };
    },
    ids: (query, offset, limit) => {
      const { found } = answer(query);
      return found.slice(offset, offset + limit).map(({ pictureId }) => pictureId);
    },
    invalidate: () => {
      last = null;
    },
  };
}
