import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GalleryImage, ImageId, NOTHING_REPORTED } from '../../../shared/capabilities/gallery/contract.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { exportToFolder, exportToZip } from './export-images.ts';
import { type Gallery, openGallery } from './gallery.ts';
import { readRecord } from './image-record.ts';
import { pngSize, readTexts } from './png.ts';

const png = Buffer.from(encode({ width: 8, height: 4, data: new Uint8Array(96), channels: 3 }));
let scratch: string;
let folder: string;
const opened: Gallery[] = [];
const open = (): Gallery => {
  const gallery = openGallery({ folder, log: silentLogger });
  opened.push(gallery);
  return gallery;
};
const add = (gallery: Gallery, prompt: string, createdAt = 1_777_000_000_000): Promise<GalleryImage> =>
  gallery.add(png, {
    ...{ createdAt, reported: NOTHING_REPORTED, route: 'backend', modelUsed: null, elapsedMs: 1, hostLabel: 'x' },
    parameters: {
      prompt,
      negativePrompt: '',
      width: 64,
      height: 64,
      steps: 1,
      guidance: 1,
      seed: 1,
      model: null,
      scheduler: null,
      count: 1,
    },
  });

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ada-panel-selection-'));
  folder = join(scratch, 'gallery');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((gallery) => gallery.flush()));
  rmSync(scratch, { recursive: true, force: true });
});

it('favourites survive the loss of the index, a restart and half a file', async () => {
  const gallery = open();
  const [one, two] = [await add(gallery, 'one'), await add(gallery, 'two')];
  const heard: number[] = [];
  gallery.onFavourites((favourites) => heard.push(favourites.length));
  await Promise.all([gallery.setFavourite([one.pictureId], true), gallery.setFavourite([two.pictureId], true)]);
  expect(heard).toEqual([1, 2]);
  await gallery.flush();
  rmSync(join(folder, 'index.json'));
  const after = open();
  expect(await after.favourites()).toEqual([one.pictureId, two.pictureId]);
  await after.setFavourite([two.pictureId], false);
  const file = join(folder, 'favourites.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -2));
  expect(await open().favourites()).toEqual([one.pictureId]);
});

it('a favourite that cannot be saved is none', async () => {
  const gallery = open();
  const { pictureId } = await add(gallery, 'one');
  mkdirSync(join(folder, 'favourites.json'));
  await expect(gallery.setFavourite([pictureId], true)).rejects.toMatchObject({ panelError: { code: 'gallery-not-written' } });
  expect(await gallery.favourites()).toEqual([]);
});

it('favourites that could not be read at the start are read before the next mark, and never written over', async () => {
  const gallery = open();
  const [one, two] = [await add(gallery, 'one'), await add(gallery, 'two')];
  await gallery.setFavourite([one.pictureId], true);
  const [file, elsewhere] = [join(folder, 'favourites.json'), join(scratch, 'elsewhere.json')];
  renameSync(file, elsewhere);
  symlinkSync(file, file);
  const after = open();
  expect(await after.favourites()).toEqual([]);
  await expect(after.setFavourite([two.pictureId], true)).rejects.toMatchObject({ panelError: { code: 'gallery-not-written' } });
  rmSync(file);
  renameSync(elsewhere, file);
  await after.setFavourite([two.pictureId], true);
  expect(await open().favourites()).toEqual([one.pictureId, two.pictureId]);
});

it('images go to the trash and come back together, with one change each', async () => {
  const gallery = open();
  const images = [await add(gallery, 'one', 1), await add(gallery, 'two', 2), await add(gallery, 'three', 3)];
  const ids = images.map(({ pictureId }) => pictureId);
  const totals: number[] = [];
  gallery.onChange((total) => totals.push(total));
  expect(await gallery.remove(ids.slice(0, 2))).toEqual(ids.slice(0, 2));
  expect(await gallery.ids({}, 0, 10)).toEqual([ids[2]]);
  expect(await gallery.restore(ids.slice(0, 2))).toEqual(ids.slice(0, 2));
  expect(totals).toEqual([1, 3]);
  // The second is not in the trash: what was done by then stays done.
  await gallery.remove([images[0]?.pictureId ?? ids[0]].flatMap((id) => id ?? []));
  expect(await gallery.restore([ids[0], ids[1]].flatMap((id) => id ?? []))).toEqual([ids[0]]);
});

it('an image without a file leaves the gallery, and does not keep the others from coming back', async () => {
  const gallery = open();
  const [one, two, three] = [await add(gallery, 'one', 1), await add(gallery, 'two', 2), await add(gallery, 'three', 3)].map(
    ({ pictureId }) => pictureId,
  ) as [ImageId, ImageId, ImageId];
  rmSync(join(folder, `${one}.png`));
  expect(await gallery.remove([one, two, three])).toEqual([two, three]);
  expect(await gallery.ids({}, 0, 10)).toEqual([]);
  // One that is no longer in the trash takes no other with it, wherever it is in the list.
  rmSync(join(folder, 'trash', `${two}.png`));
  expect(await gallery.restore([one, two, three])).toEqual([three]);
  expect(await gallery.ids({}, 0, 10)).toEqual([three]);
  rmSync(join(folder, `${three}.png`));
  expect(await gallery.remove([three])).toEqual([]);
});

it('hands over only regular files of its own folder', async () => {
  const gallery = open();
  const { pictureId } = await add(gallery, 'one');
  const [missing, linked, directory] = ['a', 'b', 'c'].map((end) => ImageId.parse(`20260101-000000-0000000${end}`)) as [
    ImageId,
    ImageId,
    ImageId,
  ];
  writeFileSync(join(scratch, 'secret'), 'x');
  symlinkSync(join(scratch, 'secret'), join(folder, `${linked}.png`));
  mkdirSync(join(folder, `${directory}.png`));
  expect(await gallery.filesOf([missing, linked, directory, pictureId])).toEqual([join(folder, `${pictureId}.png`)]);
});

it('exports to a folder without replacing anything, and says what was missing', async () => {
  const gallery = open();
  const { pictureId } = await add(gallery, 'one');
  const target = join(scratch, 'target');
  mkdirSync(target);
  writeFileSync(join(target, `${pictureId}.png`), 'mine');
  const o = { pictureIds: [pictureId, '20260101-000000-0000000a'], read: gallery.image, withParameters: true };
  expect(await exportToFolder(o, target)).toEqual({ saved: 1, missing: 1 });
  expect(readdirSync(target)).toEqual([`${pictureId} (2).png`, `${pictureId}.png`]);
  expect(readFileSync(join(target, `${pictureId}.png`), 'utf8')).toBe('mine');
  expect(readRecord(readFileSync(join(target, `${pictureId} (2).png`)))?.parameters.prompt).toBe('one');
});

it('exports to a ZIP file without the parameters: the image is the same and says nothing else', async () => {
  const gallery = open();
  const images = [await add(gallery, 'a secret', 1), await add(gallery, 'another', 2)];
  const file = join(scratch, 'images.zip');
  const pictureIds = images.map(({ pictureId }) => pictureId);
  expect(await exportToZip({ pictureIds, read: gallery.image, withParameters: false }, file)).toEqual({ saved: 2, missing: 0 });
  const entries = unzipSync(readFileSync(file));
  expect(Object.keys(entries)).toEqual(pictureIds.map((pictureId) => `${pictureId}.png`));
  for (const entry of Object.values(entries)) {
    expect(pngSize(Buffer.from(entry))).toEqual({ width: 8, height: 4 });
    expect([readTexts(Buffer.from(entry)), Buffer.from(entry).toString('latin1').includes('secret')]).toEqual([[], false]);
  }
});

it('leaves no half ZIP file behind', async () => {
  const file = join(scratch, 'images.zip');
  const read = async (): Promise<Buffer> => {
    throw new Error('disk read error');
  };
  await expect(exportToZip({ pictureIds: ['20260101-000000-0000000a'], read, withParameters: true }, file)).rejects.toThrow(
    'disk read error',
  );
  expect([existsSync(file), readdirSync(scratch)]).toEqual([false, []]);
});
