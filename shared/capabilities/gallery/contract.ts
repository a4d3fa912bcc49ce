import { z } from 'zod';
import { call, event } from '../../contract/define.ts';
import { GalleryPage, ImageId, ImportedParameters, UnsavedImage } from './image.ts';

export * from './image.ts';

export const MAX_SEARCH_CHARS = 200;
export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

export const galleryCalls = [
  /** Newest first; `search` is looked for in prompts and models. */
  call(
    'gallery.find',
    z.object({
      search: z.string().max(MAX_SEARCH_CHARS),
      offset: z.number().int().min(0),
      limit: z.number().int().min(1).max(500),
    }),
    GalleryPage,
  ),
  /** Moves an image to the gallery's trash, from which it can be restored for 30 days. */
  call('gallery.remove', z.object({ pictureId: ImageId }), z.void()),
  call('gallery.restore', z.object({ pictureId: ImageId }), z.void()),
  /** Deletes the images in the trash for good. */
  call('gallery.emptyTrash', z.void(), z.void()),
  /** Images that could not be written, newest first. */
  call('gallery.unsaved', z.void(), z.array(UnsavedImage)),
  call('gallery.retryUnsaved', z.void(), z.void()),
  call('gallery.discardUnsaved', z.object({ pictureId: ImageId }), z.void()),
  /** Puts the file itself on the clipboard, with the parameters in it. */
  call('gallery.copyFile', z.object({ pictureId: ImageId }), z.void()),
  /** What a PNG of this panel, A1111, ComfyUI, InvokeAI or Fooocus says about how it was made. */
  call(
    'gallery.readParameters',
    z.object({ png: z.instanceof(Uint8Array).refine((png) => png.length <= MAX_IMPORT_BYTES) }),
    ImportedParameters,
  ),
  call('gallery.saveAs', z.object({ pictureId: ImageId }), z.object({ savedTo: z.string().nullable() })),
] as const;

export const galleryEvents = [
  event('gallery.changed', z.object({ total: z.number().int() })),
  event('gallery.unsavedChanged', z.array(UnsavedImage)),
] as const;
