import { create } from 'zustand';
import type { ImageId } from '../../../../shared/capabilities/gallery/contract.ts';
import { bridge } from '../../../bridge.ts';
import { addErrorNotice } from '../../../stores/notices.ts';

const useFavouritesStore = create<{ readonly ids: ReadonlySet<ImageId> }>(() => ({ ids: new Set() }));

function receive(ids: readonly ImageId[]): void {
  useFavouritesStore.setState({ ids: new Set(ids) });
}

const read = (): Promise<void> => bridge.gallery.favourites().then(receive, () => undefined);

bridge.gallery.onFavouritesChanged(receive);
void read();

export function useFavourites(): ReadonlySet<ImageId> {
  return useFavouritesStore(({ ids }) => ids);
}

export function useIsFavourite(pictureId: ImageId): boolean {
  return useFavouritesStore(({ ids }) => ids.has(pictureId));
}

/** Marks images at once; a mark that could not be saved is taken back and named in the status line. */
export function setFavourite(pictureIds: readonly ImageId[], isFavourite: boolean): void {
  if (pictureIds.length === 0) return;
  useFavouritesStore.setState(({ ids }) => {
    const next = new Set(ids);
    for (const pictureId of pictureIds) {
      if (isFavourite) next.add(pictureId);
      else next.delete(pictureId);
    }
    return { ids: next };
  });
  bridge.gallery.setFavourite({ pictureIds: [...pictureIds], isFavourite }).catch((thrown: unknown) => {
    addErrorNotice(thrown);
    void read();
  });
}

/** Marks all of them, or none where all are marked. */
export function toggleFavourites(pictureIds: readonly ImageId[]): void {
  const { ids } = useFavouritesStore.getState();
  setFavourite(pictureIds, !pictureIds.every((pictureId) => ids.has(pictureId)));
}
