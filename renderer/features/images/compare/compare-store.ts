import { create } from 'zustand';
import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';

/** A comparison has at most so many images. */
export const MAX_COMPARED = 9;

interface Comparison {
  /** In the order of the grid. */
  readonly images: readonly GalleryImage[];
  /** `adding`: the next image that is opened in the gallery is added. */
  readonly state: 'closed' | 'adding' | 'open';
}

export const useComparison = create<Comparison>(() => ({ images: [], state: 'closed' }));

/** Compares images side by side; the first 9. */
export function openComparison(images: readonly GalleryImage[]): void {
  useComparison.setState({ images: images.slice(0, MAX_COMPARED), state: images.length < 2 ? 'adding' : 'open' });
}

/** Waits for one more image of the gallery, keeping those that are compared. */
export function addToComparison(images: readonly GalleryImage[]): void {
  useComparison.setState({ images: images.slice(0, MAX_COMPARED - 1), state: 'adding' });
}

/** Adds an image where one is waited for; returns whether it was. */
export function takeIntoComparison(image: GalleryImage): boolean {
  const { images, state } = useComparison.getState();
  if (state !== 'adding' || images.some(({ pictureId }) => pictureId === image.pictureId)) return false;
  openComparison([...images, image]);
  return true;
}

export function closeComparison(): void {
  useComparison.setState({ images: [], state: 'closed' });
}

/** Takes an image out; the comparison ends with the last but one. */
export function removeFromComparison(pictureId: string): void {
  const left = useComparison.getState().images.filter((image) => image.pictureId !== pictureId);
  if (left.length < 2) closeComparison();
  else useComparison.setState({ images: left });
}

/** Exchanges an image with the one before or after it. */
export function swapInComparison(index: number, by: -1 | 1): void {
  useComparison.setState(({ images }) => {
    const [moved, other] = [images[index], images[index + by]];
    if (moved === undefined || other === undefined) return {};
    return { images: images.with(index, other).with(index + by, moved) };
  });
}
