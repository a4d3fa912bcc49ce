import { z } from 'zod';
import { call, event } from '../../contract/define.ts';
import { GalleryPage, ImportedParameters, PictureId, UnsavedImage } from './gallery.ts';
import { ImageParameters, RouteId, RouteState } from './request.ts';
import { ImageRun } from './run.ts';

export * from './gallery.ts';
export * from './request.ts';
export * from './run.ts';

export const MAX_SEARCH_CHARS = 200;
export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

export const imageCalls = [
  call('images.routes', z.void(), z.array(RouteState)),
  call('images.run', z.void(), ImageRun.nullable()),
  call('images.start', z.object({ route: RouteId, parameters: ImageParameters }), ImageRun),
  call('images.cancel', z.object({ runId: z.string().max(100) }), z.void()),
  /** Newest first; `search` is looked for in prompts and models. */
  call(
    'images.gallery',
    z.object({
      search: z.string().max(MAX_SEARCH_CHARS),
      offset: z.number().int().min(0),
      limit: z.number().int().min(1).max(500),
    }),
    GalleryPage,
  ),
  /** Moves an image to the gallery's trash, from which it can be restored for 30 days. */
  call('images.remove', z.object({ pictureId: PictureId }), z.void()),
  call('images.restore', z.object({ pictureId: PictureId }), z.void()),
  /** Deletes the images in the trash for good. */
  call('images.emptyTrash', z.void(), z.void()),
  /** Images that could not be written, newest first. */
  call('images.unsaved', z.void(), z.array(UnsavedImage)),
  call('images.retryUnsaved', z.void(), z.void()),
  call('images.discardUnsaved', z.object({ pictureId: PictureId }), z.void()),
  /** Puts the file itself on the clipboard, with the parameters in it. */
  call('images.copyFile', z.object({ pictureId: PictureId }), z.void()),
  /** What a PNG of this panel, A1111, ComfyUI, InvokeAI or Fooocus says about how it was made. */
  call(
    'images.readParameters',
    z.object({ png: z.instanceof(Uint8Array).refine((png) => png.length <= MAX_IMPORT_BYTES) }),
    ImportedParameters,
  ),
  call('images.saveAs', z.object({ pictureId: PictureId }), z.object({ savedTo: z.string().nullable() })),
] as const;

export const imageEvents = [
  event('images.runChanged', ImageRun),
  event('images.galleryChanged', z.object({ total: z.number().int() })),
  event('images.unsavedChanged', z.array(UnsavedImage)),
] as const;
