import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLastUsed, modelKeysOf } from './last-used.ts';

const MODELS = [
  { key: 'a', name: 'Juggernaut' },
  { key: 'b', name: 'Dreamshaper' },
  { key: 'c', name: 'Never' },
];
const image = (modelUsed: string | null, createdAt: number, asked: string | null = null) => ({
  modelUsed,
  createdAt,
  parameters: { model: asked } as never,
});

describe('when a model was used last', () => {
  it('the later of a job seen and an image of this panel; nothing where neither was', () => {
    const kept: unknown[] = [];
    const used = createLastUsed({ recall: () => null, remember: (times) => kept.push(times) });
    used.noteJob(['a'], 100);
    used.noteJob(['a'], 50);
    used.noteImages([image('Juggernaut', 70), image(null, 90, 'Dreamshaper')]);
    expect(used.of(MODELS)).toEqual({ a: 100, b: 90 });
    expect(kept).toEqual([{ a: 100 }]);
  });

  it('is recalled, and what was written wrongly is left out', () => {
    const used = createLastUsed({ recall: () => ({ a: 5, b: 'x', c: Number.NaN }), remember: () => {} });
    expect(used.of(MODELS)).toEqual({ a: 5 });
  });

  it('a job names its models in its graph', () => {
    const nodes = {
      model: { type: 'sdxl_model_loader', model: { key: 'a', type: 'main', name: 'x' } },
      lora: { type: 'lora_loader', lora: { key: 'b', type: 'lora' } },
      image: { type: 'l2i', board: { board_id: 'c' } },
    };
    expect(modelKeysOf({ session: { graph: { nodes } } })).toEqual(['a', 'b']);
  });

  it('property: no graph throws, and keys that every object has are never stored', () => {
    fc.assert(
      fc.property(fc.anything(), fc.array(fc.string()), (item, keys) => {
        modelKeysOf(item);
        const used = createLastUsed({ recall: () => item, remember: () => {} });
        used.noteJob(['constructor', '__proto__', ...keys], 1);
        const times = used.of([{ key: 'constructor', name: '' }]);
        expect(Object.keys(times)).toEqual([]);
      }),
    );
  });
});
