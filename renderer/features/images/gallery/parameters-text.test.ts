import { expect, it } from 'vitest';
import { type GalleryImage, ImageId, NOTHING_REPORTED } from '../../../../shared/capabilities/gallery/contract.ts';
import { parametersAsText } from './parameters-text.ts';

const image: GalleryImage = {
  pictureId: ImageId.parse('20260101-000000-0000000a'),
  ...{ createdAt: 0, width: 512, height: 768, bytes: 1, route: 'backend', modelUsed: 'Juggernaut XL v9', elapsedMs: 1, hostLabel: 'x' },
  reported: { ...NOTHING_REPORTED, seed: 7 },
  parameters: {
    ...{ prompt: 'a valley', negativePrompt: 'blurry', width: 512, height: 768, steps: 20, guidance: 6.5, seed: null },
    ...{ model: 'juggernaut', scheduler: null, count: 1 },
  },
};

it('has what was reported before what was requested, and nothing for what is unknown', () => {
  expect(parametersAsText(image)).toBe(
    'a valley\nNegative prompt: blurry\nSteps: 20, CFG scale: 6.5, Seed: 7, Size: 512x768, Model: Juggernaut XL v9',
  );
  const bare = { ...image, modelUsed: null, reported: NOTHING_REPORTED };
  expect(parametersAsText({ ...bare, parameters: { ...image.parameters, negativePrompt: '', model: null } })).toBe(
    'a valley\nSteps: 20, CFG scale: 6.5, Size: 512x768',
  );
});
