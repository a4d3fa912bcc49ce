import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_IMAGES,
  type GalleryImage,
  type GalleryQuery,
  ImageId,
  NOTHING_REPORTED,
} from '../../../shared/capabilities/gallery/contract.ts';
import { daysOf, findImages, modelsOf } from './gallery-query.ts';

const at = (year: number, month: number, day: number, hour = 12): number => new Date(year, month - 1, day, hour).getTime();
let made = 0;
function image(createdAt: number, prompt = 'a valley', modelUsed: string | null = 'one'): GalleryImage {
  made += 1;
  return {
    pictureId: ImageId.parse(`20260101-000000-${String(made).padStart(8, '0')}`),
    ...{
      createdAt,
      width: 8,
      height: 8,
      bytes: 100,
      reported: NOTHING_REPORTED,
      route: 'backend',
      modelUsed,
      elapsedMs: 1,
      hostLabel: 'x',
    },
    parameters: { prompt, negativePrompt: '', width: 8, height: 8, steps: 1, guidance: 1, seed: 1, model: null, scheduler: null, count: 1 },
  };
}
const newest = image(at(2026, 5, 4, 23), 'zebra 10', 'two');
const middle = image(at(2026, 5, 4, 1), 'zebra 9', null);
const oldest = image(at(2026, 5, 2), 'apple');
const images = [newest, middle, oldest];
const find = (query: Partial<GalleryQuery>, favourites: readonly string[] = []) =>
  findImages(images, { ...ALL_IMAGES, ...query }, new Set(favourites));

describe('a query of the gallery', () => {
  it('takes favourites, one model, a span of time and words together', () => {
    expect(find({ isFavourite: true }, [oldest.pictureId])).toEqual([oldest]);
    expect(find({ model: 'two' })).toEqual([newest]);
    expect(find({ fromMs: middle.createdAt, toMs: newest.createdAt })).toEqual([middle]);
    expect(find({ search: 'ZEBRA', model: 'two' })).toEqual([newest]);
    expect(find({ search: 'apple', model: 'two' })).toEqual([]);
  });

  it('sorts by time either way, or by prompt with numbers as numbers', () => {
    expect(find({})).toEqual(images);
    expect(find({ sort: 'oldest' })).toEqual([oldest, middle, newest]);
    expect(find({ sort: 'prompt' })).toEqual([oldest, middle, newest]);
  });
});

it('the days of images are local days, and their counts add up to the images in their order', () => {
  expect(daysOf(images)).toEqual([
    { day: '2026-05-04', count: 2 },
    { day: '2026-05-02', count: 1 },
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: at(2026, 1, 1), max: at(2026, 12, 31) }), { maxLength: 60 }),
      fc.boolean(),
      (times, isOldest) => {
        const sorted = [...times].sort((a, b) => (isOldest ? a - b : b - a)).map((time) => image(time));
        const days = daysOf(sorted);
        expect(new Set(days.map(({ day }) => day)).size).toBe(days.length);
        expect(days.flatMap(({ day, count }) => Array.from({ length: count }, () => day))).toEqual(
          sorted.map(({ createdAt }) => new Date(createdAt).toLocaleDateString('sv-SE')),
        );
      },
    ),
  );
});

it('models are counted, the most used first; an image without one counts nowhere', () => {
  expect(modelsOf([...images, image(1)])).toEqual([
    { name: 'one', count: 2 },
    { name: 'two', count: 1 },
  ]);
});
