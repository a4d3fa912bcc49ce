import { z } from 'zod';
import { call, event } from '../../contract/define.ts';
import { GalleryImage, GalleryPage, GalleryQuery, ImageId, ImportedParameters, UnsavedImage } from './image.ts';

export * from './image.ts';

export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;
/** Images in one request. */
export const MAX_SELECTED = 20_000;
/** Files in one drag: each becomes a path that the other program has to take. */
export const MAX_DRAGGED = 200;

const ImageIds = z.array(ImageId).min(1).max(MAX_SELECTED);

export const galleryCalls = [
  call(
    'gallery.find',
    GalleryQuery.unwrap().extend({ offset: z.number().int().min(0), limit: z.number().int().min(1).max(500) }),
    GalleryPage,
  ),
  /** The ids of what `gallery.find` would return, for a range or everything to be selected. */
  call(
    'gallery.ids',
    GalleryQuery.unwrap().extend({ offset: z.number().int().min(0), limit: z.number().int().min(1).max(MAX_SELECTED) }),
    z.array(ImageId),
  ),
  /** Images by their ids, in that order; those that the gallery does not know are left out. */
  call('gallery.images', z.object({ pictureIds: z.array(ImageId).min(1).max(100) }), z.array(GalleryImage)),
  /** Moves images to the gallery's trash, from which they can be restored for 30 days; returns those that were moved. */
  call('gallery.remove', z.object({ pictureIds: ImageIds }), z.array(ImageId)),
  /** Returns those that were restored. */
  call('gallery.restore', z.object({ pictureIds: ImageIds }), z.array(ImageId)),
  /** Deletes the images in the trash for good. */
  call('gallery.emptyTrash', z.void(), z.void()),
  /** Files of the gallery on this computer (images, thumbnails, trash), and the bytes that they take on the disk. */
  call('gallery.usage', z.void(), z.object({ files: z.number().int(), bytes: z.number() })),
  call('gallery.favourites', z.void(), z.array(ImageId)),
  call('gallery.setFavourite', z.object({ pictureIds: ImageIds, isFavourite: z.boolean() }), z.void()),
  /** Images that could not be written, newest first. */
  call('gallery.unsaved', z.void(), z.array(UnsavedImage)),
  call('gallery.retryUnsaved', z.void(), z.void()),
  call('gallery.discardUnsaved', z.object({ pictureId: ImageId }), z.void()),
  /** Puts the file itself on the clipboard, with the parameters in it. */
  call('gallery.copyFile', z.object({ pictureId: ImageId }), z.void()),
  /** Shows the file in the system's file manager. */
  call('gallery.showInFolder', z.object({ pictureId: ImageId }), z.void()),
  /** Continues a drag that began in the window as a drag of the files themselves. */
  call('gallery.startDrag', z.object({ pictureIds: z.array(ImageId).min(1).max(MAX_DRAGGED) }), z.void()),
  /** What an image file (PNG, JPEG, WebP) of this panel, A1111, ComfyUI, InvokeAI or Fooocus says about how it was made. */
  call(
    'gallery.readParameters',
    z.object({ data: z.instanceof(Uint8Array).refine((data) => data.length <= MAX_IMPORT_BYTES) }),
    ImportedParameters,
  ),
  /** Copies images to a folder or a ZIP file that the operator chooses; `savedTo` is null when that was cancelled. */
  call(
    'gallery.export',
    z.object({ pictureIds: ImageIds, as: z.enum(['folder', 'zip']), withParameters: z.boolean() }),
    z.object({ savedTo: z.string().nullable(), saved: z.number().int(), missing: z.number().int() }),
  ),
  call('gallery.saveAs', z.object({ pictureId: ImageId }), z.object({ savedTo: z.string().nullable() })),
] as const;

export const galleryEvents = [
  event('gallery.changed', z.object({ total: z.number().int() })),
  event('gallery.favouritesChanged', z.array(ImageId)),
  event('gallery.unsavedChanged', z.array(UnsavedImage)),
] as const;
