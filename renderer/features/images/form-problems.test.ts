import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMAGE_LIMITS, ImageParameters } from '../../../shared/capabilities/images/contract.ts';
import { type Draft, parametersOf } from '../../stores/draft.ts';
import { canSend, formProblems } from './form-problems.ts';

const draft: Draft = {
  ...{ prompt: 'a red apple', negativePrompt: '', width: 512, height: 512, steps: 20, guidance: 7 },
  ...{ seed: '', model: null, scheduler: null, count: 1, route: null },
};

describe('what the form says at a field', () => {
  it.each([
    ['prompt', { prompt: 'a'.repeat(4_001) }, 'At most 4\u202f000 characters; this has 4\u202f001.'],
    ['negativePrompt', { negativePrompt: '🍎'.repeat(2_001) }, 'At most 4\u202f000 characters; this has 4\u202f002.'],
    ['seed', { seed: '4294967296' }, 'A whole number from 0 to 4\u202f294\u202f967\u202f295, or empty for a random seed.'],
    ['seed', { seed: '-1' }, 'A whole number'],
    ['seed', { seed: '1e5' }, 'A whole number'],
    ['size', { width: 2048, height: 2048 }, 'Too large: at most 2.0 megapixels'],
    ['size', { width: 511 }, 'multiples of 8'],
    ['model', { model: 'm'.repeat(301) }, 'At most 300 characters.'],
  ])('%s: %j', (field, change, words) => {
    const problems = formProblems({ ...draft, ...change }, 2_000_000);
    expect(problems).toEqual({ [field]: expect.stringContaining(words) });
    expect(canSend({ ...draft, ...change }, problems)).toBe(false);
  });

  it('is nothing exactly where the request is accepted, so that none is refused after it was sent', () => {
    const long = fc.integer({ min: IMAGE_LIMITS.promptLength - 2, max: IMAGE_LIMITS.promptLength + 2 }).map((length) => 'x'.repeat(length));
    const seed = fc.oneof(
      fc.nat().map(String),
      fc.bigInt({ min: 4_294_967_290n, max: 4_294_967_300n }).map(String),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), long), fc.oneof(fc.string(), long), seed, (prompt, negativePrompt, typed) => {
        const filled = { ...draft, prompt, negativePrompt, seed: typed };
        expect(canSend(filled, formProblems(filled, null))).toBe(ImageParameters.safeParse(parametersOf(filled)).success);
      }),
    );
  });
});
