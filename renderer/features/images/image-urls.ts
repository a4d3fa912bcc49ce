import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';

/** Address of the whole image; the main process serves it. */
export const imageUrl = (image: Pick<GalleryImage, 'pictureId'>): string => `/images/${image.pictureId}.png`;

/** Address of its small square version. */
export const thumbnailUrl = (image: Pick<GalleryImage, 'pictureId'>): string => `/thumbnails/${image.pictureId}.png`;
