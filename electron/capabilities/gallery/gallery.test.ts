import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { decode, encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GalleryPage } from '../../../shared/capabilities/gallery/contract.ts';
import { type GalleryImage, ImageId, NOTHING_REPORTED } from '../../../shared/capabilities/gallery/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { saveImages } from '../images/save-images.ts';
import { type Gallery, openGallery } from './gallery.ts';
import { type NewImage, readRecord } from './image-record.ts';
import { readText } from './png.ts';

const START = Date.UTC(2026, 4, 4, 12);
const png = Buffer.from(encode({ width: 8, height: 4, data: new Uint8Array(8 * 4 * 3).fill(99), channels: 3 }));
let folder: string;
let open: Gallery[] = [];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'ada-panel-gallery-')), 'pictures');
});
afterEach(async () => {
  for (const gallery of open.splice(0)) await gallery.flush();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

/** As the panel opens it after a start; one that is not flushed stands for a panel that was killed. */
function openAgain(now: () => number = Date.now): Gallery {
  const gallery = openGallery({ folder, log: silentLogger, now });
  open = [gallery];
  return gallery;
}

function about(prompt: string, change: Partial<NewImage> = {}): NewImage {
  return {
    createdAt: START,
    reported: NOTHING_REPORTED,
    parameters: {
      prompt,
      negativePrompt: 'blurry',
      width: 512,
      height: 256,
      steps: 20,
      guidance: 7,
      seed: 4711,
      model: null,
      scheduler: null,
      count: 1,
    },
    route: 'shim',
    modelUsed: 'Dreamshaper 8',
    elapsedMs: 1_200,
    hostLabel: 'ada2',
    ...change,
  };
}

/** What the gallery has once its folder is read. */
async function page(gallery: Gallery, search = ''): Promise<GalleryPage> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const stop = gallery.onChange(() => {
        stop();
        resolve();
      });
    });
    const found = await gallery.find({ search }, 0, 500);
    if (found.indexing === null) return found;
    await changed;
  }
}
const all = async (gallery: Gallery): Promise<readonly GalleryImage[]> => (await page(gallery)).images;
const prompts = async (gallery: Gallery, search = ''): Promise<string[]> =>
  (await page(gallery, search)).images.map(({ parameters }) => parameters.prompt);

describe('the gallery', () => {
  it('keeps the image with its record in the file itself, and words other programs read', async () => {
    const gallery = openAgain();
    const image = await gallery.add(png, about('a “red” apple\nон a table 🍎'));
    const file = readFileSync(gallery.fileOf(image.pictureId) ?? '');
    expect(readRecord(file)).toEqual(image);
    expect(readText(file, 'parameters')).toBe(
      'a “red” apple\nон a table 🍎\nNegative prompt: blurry\nSteps: 20, CFG scale: 7, Seed: 4711, Size: 8x4, Model: Dreamshaper 8, Requested but not reported: "Steps, CFG scale, Seed"',
    );
    expect(decode(file, { checkCrc: true })).toMatchObject({ width: 8, height: 4 });
  });

  it('has an image whose index was never written, because the panel was killed in between', async () => {
    const killed = openGallery({ folder, log: silentLogger });
    await killed.add(png, about('one'));
    await killed.flush();
    const late = await killed.add(png, about('two', { createdAt: START + 1_000 }));
    expect(readFileSync(join(folder, 'index.json'), 'utf8')).not.toContain(late.pictureId);
    const after = openAgain();
    expect(await prompts(after)).toEqual(['two', 'one']);
    expect((await all(after))[0]).toEqual(late);
    await killed.flush();
  });

  it('leaves out an image that was only half written, and one whose file somebody deleted', async () => {
    const before = openAgain();
    const kept = await before.add(png, about('kept'));
    const gone = await before.add(png, about('gone'));
    await before.flush();
    writeFileSync(join(folder, '20260504-120001-0123abcd.png.new'), png.subarray(0, 40));
    writeFileSync(join(folder, '20260504-120002-0123abcd.png'), png.subarray(0, 40));
    rmSync(before.fileOf(gone.pictureId) ?? '');
    expect(await all(openAgain())).toEqual([kept]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it.each(['', '[{"pictureId":', '{}', 'null', '[{"pictureId":"x"}]'])(
    'is rebuilt from the images when its index reads %j',
    async (text) => {
      const before = openAgain();
      for (const [index, prompt] of ['one', 'two', 'three'].entries())
        await before.add(png, about(prompt, { createdAt: START + index * 1_000 }));
      await before.flush();
      const was = await all(before);
      writeFileSync(join(folder, 'index.json'), text);
      expect(await all(openAgain())).toEqual(was);
      expect(was.map(({ parameters }) => parameters.prompt)).toEqual(['three', 'two', 'one']);
    },
  );

  it('reads the one entry from its image that the index has wrong, and the others as they are', async () => {
    const before = openAgain();
    await before.add(png, about('one'));
    await before.add(png, about('two', { createdAt: START + 1_000 }));
    await before.flush();
    const was = await all(before);
    const [two, one] = was.map((image) => ({ ...image, hostLabel: 'from the index' }));
    writeFileSync(join(folder, 'index.json'), JSON.stringify([{ ...two, parameters: { seed: -1 } }, 7, one]));
    expect(await all(openAgain())).toEqual([was[0], one]);
  });

  it('leaves files alone that are none of its own', async () => {
    const gallery = openAgain();
    await gallery.add(png, about('mine'));
    await gallery.flush();
    writeFileSync(join(folder, 'holiday.png'), png);
    writeFileSync(join(folder, '20260504-120000-deadbeef.png'), png);
    rmSync(join(folder, 'index.json'));
    expect(await prompts(openAgain())).toEqual(['mine']);
    expect(readdirSync(folder)).toContain('20260504-120000-deadbeef.png');
  });

  it('goes by the name of the file, not by a record that was copied', async () => {
    const gallery = openAgain();
    const image = await gallery.add(png, about('original'));
    await gallery.flush();
    const copy = ImageId.parse('20260601-000000-0123abcd');
    writeFileSync(join(folder, `${copy}.png`), readFileSync(gallery.fileOf(image.pictureId) ?? ''));
    const after = openAgain();
    expect(new Set((await all(after)).map(({ pictureId }) => pictureId))).toEqual(new Set([copy, image.pictureId]));
    await after.remove([copy]);
    expect(await all(after)).toEqual([image]);
  });

  it('finds by all the words, in prompts, models, seeds and routes, in any case, page by page', async () => {
    const gallery = openAgain();
    await gallery.add(png, about('A lighthouse at dusk'));
    await gallery.add(png, about('a lighthouse at noon', { createdAt: START + 1, modelUsed: 'Juggernaut XL v9' }));
    await gallery.add(png, about('a harbour', { createdAt: START + 2, route: 'gateway' }));
    expect(await prompts(gallery, '  LIGHTHOUSE   dusk ')).toEqual(['A lighthouse at dusk']);
    expect(await prompts(gallery, 'juggernaut noon')).toEqual(['a lighthouse at noon']);
    expect(await prompts(gallery, 'gateway 4711')).toEqual(['a harbour']);
    expect(await prompts(gallery, 'lighthouse harbour')).toEqual([]);
    expect(await gallery.find({ search: 'lighthouse' }, 1, 1)).toMatchObject({
      total: 2,
      images: [{ parameters: { prompt: 'A lighthouse at dusk' } }],
    });
  });

  it('moves a deleted image to the trash, also when its file is gone already', async () => {
    const gallery = openAgain();
    const totals: number[] = [];
    gallery.onChange((total) => totals.push(total));
    const one = await gallery.add(png, about('one'));
    const two = await gallery.add(png, about('two'));
    await gallery.remove([one.pictureId]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.png'))).toEqual([`${two.pictureId}.png`]);
    rmSync(gallery.fileOf(two.pictureId) ?? '');
    await gallery.remove([two.pictureId]);
    await gallery.remove([two.pictureId]);
    expect(totals).toEqual([1, 2, 1, 0]);
    await gallery.flush();
    expect(await all(openAgain())).toEqual([]);
  });

  it('refuses what is no image and keeps nothing of it', async () => {
    const gallery = openAgain();
    const refused = (data: Buffer) => gallery.add(data, about('x')).then(() => null, toPanelError);
    expect(await refused(png.subarray(0, -5))).toMatchObject({ code: 'image-unreadable', retryable: true });
    expect(await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toMatchObject({
      code: 'image-unreadable',
      retryable: false,
      hint: expect.stringContaining('IMAGES_BACKEND'),
    });
    expect(await refused(Buffer.alloc(64 * 1024 * 1024 + 1))).toMatchObject({ code: 'image-too-large' });
    expect([await all(gallery), existsSync(folder)]).toEqual([[], false]);
  });

  it('keeps an image that it cannot show as a file of its own', async () => {
    const gallery = openAgain();
    const kept = async (data: Buffer) => {
      const error = await gallery.add(data, about('x')).then(() => null, toPanelError);
      const file = error?.facts?.['savedAs'] ?? '';
      expect(error?.hint).toContain(file);
      expect(readFileSync(file)).toEqual(data);
      return `${error?.code} ${error?.message} ${extname(file)}`;
    };
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(40)]);
    const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8 ');
    const large = Buffer.from(png);
    large.writeUInt32BE(17_000, 16);
    expect(await kept(jpeg)).toBe('image-unreadable The image is a JPEG; the gallery supports PNG only. .jpg');
    expect(await kept(webp)).toMatch(/a WebP.*\.webp$/);
    expect(await kept(large)).toMatch(/^image-too-large .*\.png$/);
    const { notes } = await saveImages(gallery, [png, jpeg], () => about('x'));
    expect(notes).toEqual([expect.stringMatching(/^Image 2 of 2 is not in the gallery\. .* It was saved as .*\.jpg\.$/)]);
    expect(await all(gallery)).toHaveLength(1);
    const skipped = (await gallery.find({}, 0, 9)).skipped.count;
    expect(skipped).toBe(0);
  });

  it('names the newest images that are known, without being opened for that', async () => {
    const one = await openAgain().add(png, about('one'));
    await open[0]?.flush();
    const gallery = openAgain();
    expect(gallery.newest(10)).toEqual([]);
    const two = await gallery.add(png, about('two', { createdAt: START + 1000 }));
    expect(gallery.newest(10)).toEqual([two]);
    await all(gallery);
    expect(gallery.newest(10).map(({ pictureId }) => pictureId)).toEqual([two.pictureId, one.pictureId]);
    expect(gallery.newest(1)).toEqual([two]);
  });

  it('removes half an image of its own, and no other file', async () => {
    const gallery = openAgain();
    const { pictureId } = await gallery.add(png, about('one'));
    for (const name of [`${pictureId}.png.new`, 'holiday.png.new']) writeFileSync(join(folder, name), 'x');
    await all(openAgain());
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual(['holiday.png.new']);
  });

  it('reads what no index knows a part at a time, newest first, and saves the index then', async () => {
    const before = openAgain();
    for (let index = 0; index < 40; index += 1) await before.add(png, about(`image ${index}`, { createdAt: START + index * 1_000 }));
    const was = await all(before);
    const after = openAgain();
    const first = await after.find({}, 0, 500);
    // How much was read by then is up to the machine.
    expect(first.total).toBe(first.indexing?.readCount ?? 40);
    expect(was).toEqual(expect.arrayContaining([...first.images]));
    expect(await all(after)).toEqual(was);
    await after.flush();
    const index = readFileSync(join(folder, 'index.json'), 'utf8');
    expect(JSON.parse(index)).toEqual(was);
    expect(await openAgain().find({}, 0, 500)).toMatchObject({ total: 40, indexing: null });
  });

  it('reads an index of one line, as earlier versions wrote it', async () => {
    const before = openAgain();
    await before.add(png, about('one'));
    const [one] = await all(before);
    await before.flush();
    writeFileSync(join(folder, 'index.json'), JSON.stringify([{ ...one, hostLabel: 'from the index' }]));
    expect(await openAgain().find({}, 0, 1)).toMatchObject({ indexing: null, images: [{ hostLabel: 'from the index' }] });
  });

  it.skipIf(process.platform === 'win32')('skips every odd entry by itself and names it', async () => {
    const gallery = openAgain();
    await gallery.add(png, about('mine'));
    await gallery.flush();
    rmSync(join(folder, 'index.json'));
    const odd = (digit: number) => join(folder, `20260504-12000${digit}-deadbeef.png`);
    mkdirSync(odd(0));
    symlinkSync(join(folder, 'nowhere.png'), odd(1));
    symlinkSync(odd(2), odd(2));
    execFileSync('mkfifo', [odd(3)]);
    writeFileSync(odd(4), '');
    truncateSync(odd(4), 10 * 1024 ** 3);
    symlinkSync('/dev/zero', odd(5));
    mkdirSync(join(folder, 'x.png'));
    mkdirSync(join(folder, '20260504-120006-deadbeef.png.new'));
    mkdirSync(join(folder, 'index.json'));
    const after = openAgain();
    const found = await page(after);
    expect(found.images.map(({ parameters }) => parameters.prompt)).toEqual(['mine']);
    expect(found.skipped.count).toBe(6);
    expect([...found.skipped.examples].sort()).toEqual([
      '20260504-120000-deadbeef.png: a folder',
      '20260504-120001-deadbeef.png: broken link',
      '20260504-120002-deadbeef.png: circular link',
      '20260504-120003-deadbeef.png: not a regular file',
      '20260504-120004-deadbeef.png: larger than 64 MiB',
      '20260504-120005-deadbeef.png: not a regular file',
    ]);
    for (const digit of [0, 1, 2, 3, 4, 5]) {
      const pictureId = `20260504-12000${digit}-deadbeef`;
      expect([await after.image(pictureId), await after.thumbnail(pictureId)]).toEqual([null, null]);
    }
    await after.add(png, about('new'));
    expect(await prompts(after)).toContain('new');
    await after.flush();
  });

  it('says that the folder cannot be read, and reads it when it can', async () => {
    writeFileSync(folder, 'a file in its place');
    const gallery = openAgain();
    await expect(gallery.find({}, 0, 1)).rejects.toMatchObject({ panelError: { code: 'gallery-not-read' } });
    rmSync(folder);
    expect(await gallery.find({}, 0, 1)).toMatchObject({ total: 0 });
  });

  it('never hands out an image of more pixels than may be decoded', async () => {
    const gallery = openAgain();
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(16_000, 16);
    bomb.writeUInt32BE(16_000, 20);
    expect(await gallery.add(bomb, about('x')).then(() => null, toPanelError)).toMatchObject({ code: 'image-too-large' });
    const mine = await gallery.add(png, about('mine'));
    writeFileSync(gallery.fileOf(mine.pictureId) ?? '', bomb);
    expect([await gallery.image(mine.pictureId), await gallery.thumbnail(mine.pictureId)]).toEqual([null, null]);
  });

  it('gives a deleted image back, with its parameters', async () => {
    const gallery = openAgain();
    const one = await gallery.add(png, about('one'));
    await gallery.add(png, about('two'));
    await gallery.remove([one.pictureId]);
    expect([await prompts(gallery), gallery.isDeleted(one.pictureId)]).toEqual([['two'], true]);
    expect((await page(gallery)).trash).toEqual({ count: 1, bytes: expect.any(Number) });
    await gallery.restore([one.pictureId]);
    expect([(await all(gallery)).find(({ pictureId }) => pictureId === one.pictureId), gallery.isDeleted(one.pictureId)]).toEqual([
      one,
      false,
    ]);
    expect((await page(gallery)).trash.count).toBe(0);
  });

  it('deletes for good after 30 days, or when told to', async () => {
    const gallery = openAgain();
    const one = await gallery.add(png, about('one'));
    const two = await gallery.add(png, about('two'));
    await gallery.remove([one.pictureId]);
    await gallery.remove([two.pictureId]);
    const days = (count: number) => Date.now() + count * 86_400_000;
    expect((await page(openAgain(() => days(29)))).trash.count).toBe(2);
    expect((await page(openAgain(() => days(31)))).trash.count).toBe(0);
    expect(readdirSync(join(folder, 'trash'))).toEqual([]);
    const three = await gallery.add(png, about('three'));
    await gallery.remove([three.pictureId]);
    await gallery.emptyTrash();
    expect([(await page(gallery)).trash.count, readdirSync(join(folder, 'trash'))]).toEqual([0, []]);
    await expect(gallery.restore([three.pictureId])).rejects.toMatchObject({ panelError: { code: 'gallery-not-written' } });
  });

  it('gives out no file outside its folder', () => {
    const gallery = openAgain();
    for (const name of ['../secret', '20260504-120000-deadbeef/../x', '', 'index', '20260504-120000-DEADBEEF']) {
      expect(gallery.fileOf(name), name).toBeNull();
    }
    expect(gallery.fileOf('20260504-120000-deadbeef')).toBe(join(folder, '20260504-120000-deadbeef.png'));
  });
});
