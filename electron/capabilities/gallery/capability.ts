import { join } from 'node:path';
import { copyFileAtomic, exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { panelCapability } from '../capability.ts';
import { type Gallery, openGallery } from './gallery.ts';
import { readParameters } from './import/read-parameters.ts';

export const galleryCapability = panelCapability<'gallery', Gallery>({
  name: 'gallery',
  create: ({ dataFolder, log }) => openGallery({ folder: join(dataFolder, 'gallery'), log }),
  handlers: {
    'gallery.find': (gallery, { search, offset, limit }) => gallery.find(search, offset, limit),
    'gallery.remove': (gallery, { pictureId }) => gallery.remove(pictureId),
    'gallery.restore': (gallery, { pictureId }) => gallery.restore(pictureId),
    'gallery.emptyTrash': (gallery) => gallery.emptyTrash(),
    'gallery.unsaved': (gallery) => [...gallery.unsaved()],
    'gallery.retryUnsaved': (gallery) => gallery.retryUnsaved(),
    'gallery.discardUnsaved': (gallery, { pictureId }) => gallery.discardUnsaved(pictureId),
    'gallery.copyFile': async (gallery, { pictureId }, { desktop }) => {
      const file = gallery.fileOf(pictureId);
      if (file !== null) await desktop.copyFile(file);
    },
    'gallery.readParameters': (_gallery, { png }) => readParameters(Buffer.from(png.buffer, png.byteOffset, png.byteLength)),
    'gallery.saveAs': async (gallery, { pictureId }, { desktop }) => {
      const file = gallery.fileOf(pictureId);
      const savedTo = file === null ? null : await desktop.saveAs(`${pictureId}.png`);
      if (file === null || savedTo === null) return { savedTo };
      const inMemory = gallery.unsavedData(pictureId);
      if (inMemory === null) await copyFileAtomic(file, savedTo);
      else await exportFileAtomic(savedTo, [inMemory]);
      gallery.noteSavedTo(pictureId, savedTo);
      return { savedTo };
    },
  },
  events: (gallery, emit) => [
    gallery.onChange((total) => emit('gallery.changed', { total })),
    gallery.onUnsaved((images) => emit('gallery.unsavedChanged', [...images])),
  ],
  stop: (gallery) => gallery.flush(),
});
