import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Picture } from '../../shared/contract/images.ts';
import { toPanelError } from '../../shared/errors.ts';
import { silentLogger } from '../log.ts';
import { type Gallery, type NewPicture, openGallery, readRecord } from './gallery.ts';
import { readText } from './png.ts';

const START = Date.UTC(2026, 4, 4, 12);
const png = Buffer.from(encode({ width: 8, height: 4, data: new Uint8Array(8 * 4 * 3).fill(99), channels: 3 }));
let folder: string;
let open: Gallery[] = [];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'ada-panel-gallery-')), 'pictures');
});
afterEach(() => {
  for (const gallery of open.splice(0)) gallery.flush();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

/** As the panel opens it after a start; one that is not flushed stands for a panel that was killed. */
function openAgain(): Gallery {
  const gallery = openGallery({ folder, log: silentLogger });
  open = [gallery];
  return gallery;
}

function about(prompt: string, change: Partial<NewPicture> = {}): NewPicture {
  return {
    createdAt: START,
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
    way: 'shim',
    modelUsed: 'Dreamshaper 8',
    elapsedMs: 1_200,
    hostLabel: 'ada2',
    ...change,
  };
}

const all = (gallery: Gallery): readonly Picture[] => gallery.find('', 0, 500).pictures;
const prompts = (gallery: Gallery, search = ''): string[] =>
  gallery.find(search, 0, 500).pictures.map(({ parameters }) => parameters.prompt);

describe('the gallery', () => {
  it('keeps the picture with its record in the file itself, and words other programs read', async () => {
    const gallery = openAgain();
    const picture = await gallery.add(png, about('a “red” apple\nон a table 🍎'));
    const file = readFileSync(gallery.fileOf(picture.pictureId) ?? '');
    expect(readRecord(file)).toEqual(picture);
    expect(readText(file, 'parameters')).toBe(
      'a “red” apple\nон a table 🍎\nNegative prompt: blurry\nSteps: 20, CFG scale: 7, Seed: 4711, Size: 8x4, Model: Dreamshaper 8',
    );
    expect(decode(file, { checkCrc: true })).toMatchObject({ width: 8, height: 4 });
  });

  it('has a picture whose index was never written, because the panel was killed in between', async () => {
    const killed = openGallery({ folder, log: silentLogger });
    await killed.add(png, about('one'));
    killed.flush();
    const late = await killed.add(png, about('two', { createdAt: START + 1_000 }));
    expect(readFileSync(join(folder, 'index.json'), 'utf8')).not.toContain(late.pictureId);
    const after = openAgain();
    expect(prompts(after)).toEqual(['two', 'one']);
    expect(all(after)[0]).toEqual(late);
    killed.flush();
  });

  it('leaves out a picture that was only half written, and one whose file somebody deleted', async () => {
    const before = openAgain();
    const kept = await before.add(png, about('kept'));
    const gone = await before.add(png, about('gone'));
    before.flush();
    writeFileSync(join(folder, '20260504-120001-0123abcd.png.new'), png.subarray(0, 40));
    writeFileSync(join(folder, '20260504-120002-0123abcd.png'), png.subarray(0, 40));
    rmSync(before.fileOf(gone.pictureId) ?? '');
    expect(all(openAgain())).toEqual([kept]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it.each(['', '[{"pictureId":', '{}', 'null', '[{"pictureId":"x"}]'])(
    'is rebuilt from the pictures when its index reads %j',
    async (text) => {
      const before = openAgain();
      for (const [index, prompt] of ['one', 'two', 'three'].entries())
        await before.add(png, about(prompt, { createdAt: START + index * 1_000 }));
      before.flush();
      const was = all(before);
      writeFileSync(join(folder, 'index.json'), text);
      expect(all(openAgain())).toEqual(was);
      expect(was.map(({ parameters }) => parameters.prompt)).toEqual(['three', 'two', 'one']);
    },
  );

  it('reads the one entry from its picture that the index has wrong, and the others as they are', async () => {
    const before = openAgain();
    await before.add(png, about('one'));
    await before.add(png, about('two', { createdAt: START + 1_000 }));
    before.flush();
    const was = all(before);
    const [two, one] = was.map((picture) => ({ ...picture, hostLabel: 'from the index' }));
    writeFileSync(join(folder, 'index.json'), JSON.stringify([{ ...two, parameters: { seed: -1 } }, 7, one]));
    expect(all(openAgain())).toEqual([was[0], one]);
  });

  it('leaves files alone that are none of its own', async () => {
    const gallery = openAgain();
    await gallery.add(png, about('mine'));
    gallery.flush();
    writeFileSync(join(folder, 'holiday.png'), png);
    writeFileSync(join(folder, '20260504-120000-deadbeef.png'), png);
    rmSync(join(folder, 'index.json'));
    expect(prompts(openAgain())).toEqual(['mine']);
    expect(readdirSync(folder)).toContain('20260504-120000-deadbeef.png');
  });

  it('goes by the name of the file, not by a record that was copied', async () => {
    const gallery = openAgain();
    const picture = await gallery.add(png, about('original'));
    gallery.flush();
    const copy = '20260601-000000-0123abcd';
    writeFileSync(join(folder, `${copy}.png`), readFileSync(gallery.fileOf(picture.pictureId) ?? ''));
    const after = openAgain();
    expect(new Set(all(after).map(({ pictureId }) => pictureId))).toEqual(new Set([copy, picture.pictureId]));
    await after.remove(copy);
    expect(all(after)).toEqual([picture]);
  });

  it('finds by all the words, in prompts, models, seeds and ways, in any case, page by page', async () => {
    const gallery = openAgain();
    await gallery.add(png, about('A lighthouse at dusk'));
    await gallery.add(png, about('a lighthouse at noon', { modelUsed: 'Juggernaut XL v9' }));
    await gallery.add(png, about('a harbour', { way: 'gateway' }));
    expect(prompts(gallery, '  LIGHTHOUSE   dusk ')).toEqual(['A lighthouse at dusk']);
    expect(prompts(gallery, 'juggernaut noon')).toEqual(['a lighthouse at noon']);
    expect(prompts(gallery, 'gateway 4711')).toEqual(['a harbour']);
    expect(prompts(gallery, 'lighthouse harbour')).toEqual([]);
    expect(gallery.find('lighthouse', 1, 1)).toMatchObject({ total: 2, pictures: [{ parameters: { prompt: 'A lighthouse at dusk' } }] });
  });

  it('removes the file and the entry for good, also when the file is gone already', async () => {
    const gallery = openAgain();
    const totals: number[] = [];
    gallery.onChange((total) => totals.push(total));
    const one = await gallery.add(png, about('one'));
    const two = await gallery.add(png, about('two'));
    await gallery.remove(one.pictureId);
    expect(readdirSync(folder).filter((name) => name.endsWith('.png'))).toEqual([`${two.pictureId}.png`]);
    rmSync(gallery.fileOf(two.pictureId) ?? '');
    await gallery.remove(two.pictureId);
    await gallery.remove(two.pictureId);
    expect(totals).toEqual([1, 2, 1, 0]);
    gallery.flush();
    expect(all(openAgain())).toEqual([]);
  });

  it('refuses what is no picture and keeps nothing of it', async () => {
    const gallery = openAgain();
    const refused = (data: Buffer) => gallery.add(data, about('x')).then(() => null, toPanelError);
    expect(await refused(png.subarray(0, -5))).toMatchObject({ code: 'picture-unreadable', retryable: true });
    expect(await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toMatchObject({
      code: 'picture-unreadable',
      retryable: false,
      hint: expect.stringContaining('IMAGES_BACKEND'),
    });
    expect(await refused(Buffer.alloc(64 * 1024 * 1024 + 1))).toMatchObject({ code: 'picture-too-large' });
    expect([all(gallery), readdirSync(folder)]).toEqual([[], []]);
  });

  it('gives out no file outside its folder', () => {
    const gallery = openAgain();
    for (const name of ['../secret', '20260504-120000-deadbeef/../x', '', 'index', '20260504-120000-DEADBEEF']) {
      expect(gallery.fileOf(name), name).toBeNull();
    }
    expect(gallery.fileOf('20260504-120000-deadbeef')).toBe(join(folder, '20260504-120000-deadbeef.png'));
  });
});
