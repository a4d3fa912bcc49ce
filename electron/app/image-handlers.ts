import type { CallName, Handlers } from '../../shared/contract/index.ts';
import type { Gallery } from '../capabilities/images/gallery.ts';
import { readParameters } from '../capabilities/images/import/read-parameters.ts';
import { copyWhole, exportWhole } from '../foundation/files/whole-file.ts';
import { copyFileToClipboard } from './file-clipboard.ts';
import type { Hosts } from './hosts.ts';
import type { HostSession } from './session.ts';

type ImageHandlers = Pick<Handlers, Extract<CallName, `images.${string}`>>;

/** What the Playground's calls do, on the host shown; `session` throws when there is none. */
export function imageHandlers(o: {
  readonly hosts: Hosts;
  readonly session: () => HostSession;
  readonly gallery: Gallery;
  readonly saveAs: (suggested: string) => Promise<string | null>;
}): ImageHandlers {
  const { gallery, session } = o;
  return {
    'images.routes': () => session().images.routes(),
    'images.run': () => o.hosts.session()?.images.run() ?? null,
    'images.start': ({ route, parameters }) => session().images.start(route, parameters),
    'images.cancel': ({ runId }) => o.hosts.session()?.images.cancel(runId),
    'images.gallery': ({ search, offset, limit }) => gallery.find(search, offset, limit),
    'images.remove': ({ pictureId }) => gallery.remove(pictureId),
    'images.restore': ({ pictureId }) => gallery.restore(pictureId),
    'images.emptyTrash': () => gallery.emptyTrash(),
    'images.unsaved': () => [...gallery.unsaved()],
    'images.retryUnsaved': () => gallery.retryUnsaved(),
    'images.discardUnsaved': ({ pictureId }) => gallery.discardUnsaved(pictureId),
    'images.copyFile': async ({ pictureId }) => {
      const file = gallery.fileOf(pictureId);
      if (file !== null) await copyFileToClipboard(file);
    },
    'images.readParameters': ({ png }) => readParameters(Buffer.from(png.buffer, png.byteOffset, png.byteLength)),
    'images.saveAs': async ({ pictureId }) => {
      const file = gallery.fileOf(pictureId);
      const savedTo = file === null ? null : await o.saveAs(`${pictureId}.png`);
      if (file === null || savedTo === null) return { savedTo };
      const inMemory = gallery.unsavedData(pictureId);
      if (inMemory === null) await copyWhole(file, savedTo);
      else await exportWhole(savedTo, [inMemory]);
      gallery.noteSavedTo(pictureId, savedTo);
      return { savedTo };
    },
  };
}
