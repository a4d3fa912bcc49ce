import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UnsavedImage } from '../../../shared/capabilities/gallery/contract.ts';
import { NOTHING_REPORTED } from '../../../shared/capabilities/gallery/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { openSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../testing/small-disk.ts';
import { saveImages } from '../images/save-images.ts';
import { type Gallery, openGallery } from './gallery.ts';
import { type NewImage, readRecord } from './image-record.ts';

const png = Buffer.from(encode({ width: 8, height: 4, data: new Uint8Array(8 * 4 * 3).fill(99), channels: 3 }));
const about = (prompt: string): NewImage => ({
  createdAt: Date.UTC(2026, 4, 4, 12),
  reported: NOTHING_REPORTED,
  parameters: {
    ...{ prompt, negativePrompt: '', width: 512, height: 256, steps: 20, guidance: 7, seed: 4711 },
    ...{ model: null, scheduler: null, count: 1 },
  },
  route: 'shim',
  modelUsed: 'Dreamshaper 8',
  elapsedMs: 1_200,
  hostLabel: 'ada2',
});

describe.skipIf(whyNoSmallDisk() !== null)('an image that a full disk does not take', () => {
  let disk: SmallDisk;
  let gallery: Gallery;
  let reported: (readonly UnsavedImage[])[];

  beforeEach(() => {
    disk = openSmallDisk(256 * 1024);
    reported = [];
    mkdirSync(join(disk.folder, 'gallery'));
    gallery = openGallery({ folder: join(disk.folder, 'gallery'), log: silentLogger });
    gallery.onUnsaved((images) => reported.push(images));
    disk.fill(0);
  });
  afterEach(async () => {
    await gallery.flush();
    disk.remove();
  });

  it('is kept with its bytes, and shown, until it can be saved', async () => {
    const image = await gallery.add(png, about('one'));
    expect(gallery.unsaved()).toEqual([
      {
        image,
        savedTo: null,
        error: expect.objectContaining({ code: 'gallery-not-written', message: expect.stringContaining('disk is full') }),
      },
    ]);
    const data = await gallery.image(image.pictureId);
    expect(readRecord(data ?? Buffer.alloc(0))).toEqual(image);
    expect(await gallery.thumbnail(image.pictureId)).not.toBeNull();
    await expect(gallery.retryUnsaved()).rejects.toMatchObject({ panelError: { code: 'gallery-not-written' } });
    expect(gallery.unsaved()).toHaveLength(1);
    disk.free();
    await gallery.retryUnsaved();
    expect([gallery.unsaved(), reported.at(-1)]).toEqual([[], []]);
    expect(readFileSync(gallery.fileOf(image.pictureId) ?? '')).toEqual(data);
    expect((await gallery.find({}, 0, 1)).images).toEqual([image]);
  });

  it('is saved with the next one that is', async () => {
    const one = await gallery.add(png, about('one'));
    disk.free();
    const written = new Promise<void>((resolve) => {
      gallery.onUnsaved((images) => {
        if (images.length === 0) resolve();
      });
    });
    const two = await gallery.add(png, about('two'));
    await written;
    const names = readdirSync(join(disk.folder, 'gallery')).filter((name) => name.endsWith('.png'));
    expect(names.sort()).toEqual([`${one.pictureId}.png`, `${two.pictureId}.png`].sort());
  });

  it('is offered until it is discarded, also after a copy of it was saved elsewhere', async () => {
    const { pictureId } = await gallery.add(png, about('one'));
    gallery.noteSavedTo(pictureId, '/elsewhere/one.png');
    expect(gallery.unsaved()).toMatchObject([{ savedTo: '/elsewhere/one.png' }]);
    gallery.discardUnsaved(pictureId);
    expect([gallery.unsaved(), await gallery.image(pictureId)]).toEqual([[], null]);
  });

  it('stops new runs once memory for such images is used up', async () => {
    gallery.requireRoom();
    const large = Buffer.concat([
      png.subarray(0, -12),
      Buffer.from([0x03, 0xa0, 0, 0]),
      Buffer.from('note'),
      Buffer.alloc(0x03a00000 + 4),
      png.subarray(-12),
    ]);
    for (let index = 0; index < 5; index += 1) await gallery.add(large, about(`large ${index}`));
    expect(() => gallery.requireRoom()).toThrow(
      expect.objectContaining({ panelError: expect.objectContaining({ code: 'images-unsaved' }) }),
    );
  });
});

describe('several images of one run', () => {
  it('are saved one by one: one that is no image takes no other with it', async () => {
    const folder = join(process.env['TMPDIR'] ?? '/tmp', `ada-panel-run-${process.pid}`);
    const gallery = openGallery({ folder, log: silentLogger });
    const { images, notes } = await saveImages(gallery, [Buffer.from('<html>'), png, png.subarray(0, 50)], (index) =>
      about(`image ${index}`),
    );
    expect(images.map(({ parameters }) => parameters.prompt)).toEqual(['image 1']);
    expect(notes).toEqual([expect.stringContaining('Image 1 of 3'), expect.stringContaining('Image 3 of 3')]);
    const none = await saveImages(gallery, [Buffer.from('<html>')], () => about('x')).then(() => null, toPanelError);
    expect(none).toMatchObject({ code: 'image-unreadable' });
    await gallery.flush();
    rmSync(folder, { recursive: true });
  });

  it('are kept in memory also where the gallery folder cannot even be made', async () => {
    const file = join(process.env['TMPDIR'] ?? '/tmp', `ada-panel-in-the-way-${process.pid}`);
    writeFileSync(file, 'a file in the place of the data folder');
    const gallery = openGallery({ folder: join(file, 'gallery'), log: silentLogger });
    const image = await gallery.add(png, about('one'));
    expect(gallery.unsaved()).toMatchObject([{ image, error: { message: expect.stringContaining('a file blocks the gallery folder') } }]);
    rmSync(file);
  });
});
