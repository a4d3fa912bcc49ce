import { useCallback, useEffect, useRef, useState } from 'react';
import {
  ALL_IMAGES,
  type GalleryImage,
  type GalleryQuery,
  type ImageId,
  MAX_SELECTED,
} from '../../../../shared/capabilities/gallery/contract.ts';
import { bridge } from '../../../bridge.ts';
import { useGalleryVersion } from '../../../stores/images.ts';
import { addErrorNotice } from '../../../stores/notices.ts';
import { viewedQuery } from './viewed.ts';

export interface ViewerList {
  readonly image: GalleryImage;
  readonly previous: GalleryImage | null;
  readonly next: GalleryImage | null;
  /** Null: the image is in no list, or its place is not known yet. */
  readonly place: ViewerPlace | null;
  /** Shows the image so many places further on; negative: back. */
  readonly go: (delta: number) => void;
  readonly goTo: (index: number) => void;
}

export interface ViewerPlace {
  readonly query: GalleryQuery;
  readonly index: number;
  readonly total: number;
}

/** The place of an image in the query it was opened from, else among all images; null = in neither. */
async function locate(pictureId: ImageId): Promise<ViewerPlace | null> {
  for (const query of [viewedQuery(), ALL_IMAGES]) {
    if (query === null) continue;
    const ids = await bridge.gallery.ids({ ...query, offset: 0, limit: MAX_SELECTED });
    const index = ids.indexOf(pictureId);
    if (index >= 0) return { query, index, total: ids.length };
  }
  return null;
}

/** The image shown and its neighbours in the gallery. `onGone` is called when the image was deleted and no other took its place. */
export function useViewerList(first: GalleryImage, onGone: () => void): ViewerList {
  const [image, setImage] = useState(first);
  const [place, setPlace] = useState<ViewerPlace | null>(null);
  const [around, setAround] = useState<readonly GalleryImage[]>([first]);
  const version = useGalleryVersion();
  const wanted = useRef(0);
  const gone = useRef(onGone);
  gone.current = onGone;

  const show = useCallback(async (query: GalleryQuery, index: number): Promise<void> => {
    wanted.current += 1;
    const request = wanted.current;
    const from = Math.max(0, index - 1);
    const { images, total } = await bridge.gallery.find({ ...query, offset: from, limit: 3 });
    // A key that is held down asks again before the answer.
    if (request !== wanted.current) return;
    const found = images[index - from] ?? images.at(-1);
    if (found === undefined) return gone.current();
    setImage(found);
    setAround(images);
    setPlace({ query, index: Math.min(index, total - 1), total });
  }, []);
  const shown = useRef({ pictureId: first.pictureId, place });
  shown.current = { pictureId: image.pictureId, place };
  // biome-ignore lint/correctness/useExhaustiveDependencies: images that came or went moved the one shown
  useEffect(() => {
    let isWanted = true;
    const { pictureId, place: before } = shown.current;
    locate(pictureId).then((found) => {
      if (!isWanted) return;
      // A deleted image leaves its place to the next one.
      const target = found ?? before;
      if (target !== null) return show(target.query, target.index);
      return undefined;
    }, addErrorNotice);
    return () => {
      isWanted = false;
    };
  }, [version, show]);
  const goTo = useCallback(
    (index: number): void => {
      const at = shown.current.place;
      if (at === null || at.total === 0) return;
      show(at.query, Math.min(at.total - 1, Math.max(0, index))).catch(addErrorNotice);
    },
    [show],
  );
  const go = useCallback(
    (delta: number): void => {
      const at = shown.current.place;
      if (at === null) return;
      goTo(at.index + delta);
    },
    [goTo],
  );
  const at = around.findIndex(({ pictureId }) => pictureId === image.pictureId);
  return {
    image,
    previous: around[at - 1] ?? null,
    next: around[at + 1] ?? null,
    place,
    go,
    goTo,
  };
}
