import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GalleryImage, NOTHING_REPORTED } from '../../../../shared/capabilities/gallery/contract.ts';
import { differencesOf, differingWords } from './differences.ts';

const image = (change: Partial<GalleryImage['parameters']> = {}): GalleryImage =>
  ({
    pictureId: '20260101-000000-00000000',
    createdAt: 0,
    width: 512,
    height: 512,
    bytes: 1,
    parameters: {
      ...{ prompt: 'a pear', negativePrompt: '', width: 512, height: 512, steps: 20, guidance: 7 },
      ...{ seed: 1, model: 'Dreamshaper 8', scheduler: null, count: 1 },
      ...change,
    },
    reported: NOTHING_REPORTED,
    route: 'gateway',
    modelUsed: null,
    elapsedMs: null,
    hostLabel: 'ada2',
  }) as GalleryImage;

describe('what differs between images', () => {
  it('is named for each, and nothing that is the same', () => {
    expect(differencesOf([image(), image({ steps: 30, seed: 2 }), image()])).toEqual([
      [
        ['steps', '20'],
        ['seed', '1'],
      ],
      [
        ['steps', '30'],
        ['seed', '2'],
      ],
      [
        ['steps', '20'],
        ['seed', '1'],
      ],
    ]);
    expect(differencesOf([image(), image()])).toEqual([[], []]);
    expect(differencesOf([])).toEqual([]);
  });

  it('is shown in a prompt with a few words around it', () => {
    const prompts = ['a photo of a red apple on a wooden table', 'a photo of a green apple on a wooden table'];
    expect(differingWords(prompts)).toEqual(['… of a red apple on …', '… of a green apple on …']);
    expect(differingWords(['a pear', 'a pear, window light'])).toEqual(['a pear', 'a pear, window light']);
    expect(differingWords(['', 'a'])).toEqual(['–', 'a']);
  });

  it('is never lost from a text', () => {
    fc.assert(
      fc.property(fc.array(fc.lorem({ maxCount: 8 }), { minLength: 2, maxLength: 4 }), (texts) => {
        const shown = differingWords(texts);
        for (const [a, one] of texts.entries())
          for (const [b, other] of texts.entries()) if (one !== other) expect(shown[a]).not.toBe(shown[b]);
      }),
    );
  });
});
