import type { Picture } from '../../../shared/capabilities/gallery/contract.ts';

/** Address of the whole image; the main process serves it. */
export const pictureUrl = (picture: Pick<Picture, 'pictureId'>): string => `/pictures/${picture.pictureId}.png`;

/** Address of its small square version. */
export const thumbnailUrl = (picture: Pick<Picture, 'pictureId'>): string => `/thumbnails/${picture.pictureId}.png`;
