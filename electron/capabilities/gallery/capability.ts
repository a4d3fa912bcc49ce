import { join } from 'node:path';
import { copyFileAtomic, exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { folderUse } from '../../foundation/files/disk-use.ts';
import { exportName } from '../../foundation/files/export.ts';
import { panelCapability } from '../capability.ts';
import { fileMissingError } from './errors.ts';
import { exportToFolder, exportToZip } from './export-images.ts';
import { type Gallery, openGallery } from './gallery.ts';
import { readParameters } from './import/read-parameters.ts';
import { iconOf } from './thumbnails.ts';

const folderOf = (dataFolder: string): string => join(dataFolder, 'gallery');

export const galleryCapability = panelCapability<'gallery', Gallery>({
  name: 'gallery',
  create: ({ dataFolder, log }) => openGallery({ folder: folderOf(dataFolder), log }),
  handlers: {
    'gallery.find': (gallery, { offset, limit, ...query }) => gallery.find(query, offset, limit),
    'gallery.ids': (gallery, { offset, limit, ...query }) => gallery.ids(query, offset, limit),
    'gallery.images': (gallery, { pictureIds }) => gallery.images(pictureIds),
    'gallery.remove': (gallery, { pictureIds }) => gallery.remove(pictureIds),
    'gallery.restore': (gallery, { pictureIds }) => gallery.restore(pictureIds),
    'gallery.usage': (_gallery, _none, { dataFolder }) => folderUse(folderOf(dataFolder)),
    'gallery.favourites': (gallery) => gallery.favourites(),
    'gallery.setFavourite': (gallery, { pictureIds, isFavourite }) => gallery.setFavourite(pictureIds, isFavourite),
    'gallery.emptyTrash': (gallery) => gallery.emptyTrash(),
    'gallery.unsaved': (gallery) => [...gallery.unsaved()],
    'gallery.retryUnsaved': (gallery) => gallery.retryUnsaved(),
    'gallery.discardUnsaved': (gallery, { pictureId }) => gallery.discardUnsaved(pictureId),
    'gallery.copyFile': async (gallery, { pictureId }, { desktop }) => {
      const file = gallery.fileOf(pictureId);
      if (file !== null) await desktop.copyFile(file);
    },
    'gallery.showInFolder': async (gallery, { pictureId }, { desktop }) => {
      const [file] = await gallery.filesOf([pictureId]);
      if (file === undefined) throw fileMissingError();
      desktop.showInFolder(file);
    },
    'gallery.startDrag': async (gallery, { pictureIds }, { desktop }) => {
      const files = await gallery.filesOf(pictureIds);
      const [first] = pictureIds;
      if (files.length === 0 || first === undefined) throw fileMissingError();
      desktop.startDrag(files, iconOf(await gallery.thumbnail(first)));
    },
    'gallery.readParameters': (_gallery, { data }) => readParameters(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    'gallery.export': async (gallery, { pictureIds, as, withParameters }, { desktop, now }) => {
      const o = { pictureIds, withParameters, read: gallery.image };
      const name = exportName('ada-panel-images', `${pictureIds.length}`, now(), 'zip');
      const savedTo = as === 'zip' ? await desktop.saveAs(name) : await desktop.chooseFolder();
      if (savedTo === null) return { savedTo, saved: 0, missing: 0 };
      return { savedTo, ...(await (as === 'zip' ? exportToZip(o, savedTo) : exportToFolder(o, savedTo))) };
    },
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
    gallery.onFavourites((favourites) => emit('gallery.favouritesChanged', favourites)),
    gallery.onUnsaved((images) => emit('gallery.unsavedChanged', [...images])),
  ],
  stop: (gallery) => gallery.flush(),
});
