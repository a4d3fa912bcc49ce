import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HubFile } from '../../../../shared/capabilities/models/hub-contract.ts';
import { readOffers } from './offers.ts';

const SITE = 'https://huggingface.co';
const file = (path: string, bytes: number | null = 10): HubFile => ({ path, bytes, sha256: null });
const paths = (files: readonly HubFile[] | undefined): readonly string[] => (files ?? []).map(({ path }) => path);

const DIFFUSERS = [
  file('README.md', 1),
  file('model_index.json', 1),
  file('sd_xl_base_1.0.safetensors', 7_000),
  file('unet/config.json', 1),
  file('unet/diffusion_pytorch_model.safetensors', 10_000),
  file('unet/diffusion_pytorch_model.fp16.safetensors', 5_000),
  file('unet/diffusion_pytorch_model.fp16.bin', 5_000),
  file('unet/model.onnx', 9_000),
  file('vae/config.json', 1),
  file('vae/diffusion_pytorch_model.safetensors', 300),
  file('vae/diffusion_pytorch_model.fp16.safetensors', 150),
  file('vae_decoder/config.json', 1),
  file('vae_decoder/model.onnx', 300),
];

describe('what can be installed of a repository', () => {
  it('half precision first, with the files and the size that InvokeAI fetches', () => {
    const [half, full, single, ...rest] = readOffers('a/b', SITE, DIFFUSERS);
    expect(half).toMatchObject({ source: 'a/b:fp16', kind: 'repository', label: 'fp16', bytes: 5_153, largestPartBytes: 5_000 });
    expect(paths(half?.files)).toEqual([
      'model_index.json',
      'unet/config.json',
      'unet/diffusion_pytorch_model.fp16.safetensors',
      'vae/config.json',
      'vae/diffusion_pytorch_model.fp16.safetensors',
    ]);
    expect(full).toMatchObject({ source: 'a/b', label: null, bytes: 10_303, largestPartBytes: 10_000, isPickle: false });
    expect(single).toMatchObject({
      source: 'https://huggingface.co/a/b/resolve/main/sd_xl_base_1.0.safetensors',
      kind: 'file',
      bytes: 7_000,
    });
    expect(rest).toEqual([]);
  });

  it('all parts of a model in several files', () => {
    const [full] = readOffers('a/b', SITE, [
      file('transformer/config.json', 1),
      file('transformer/diffusion_pytorch_model-00001-of-00002.safetensors', 40),
      file('transformer/diffusion_pytorch_model-00002-of-00002.safetensors', 30),
      file('text_encoder/config.json', 1),
      file('text_encoder/model.safetensors', 5),
    ]);
    expect(full).toMatchObject({ source: 'a/b', bytes: 77, largestPartBytes: 70 });
  });

  it('single files of a repository that is no model of diffusers, safe formats before pickles', () => {
    const offers = readOffers('a/b', SITE, [file('README.md'), file('old.ckpt', 5), file('new #1.safetensors', 4), file('x/y.gguf', 3)]);
    expect(offers.map(({ label, isPickle }) => [label, isPickle])).toEqual([
      ['new #1.safetensors', false],
      ['x/y.gguf', false],
      ['old.ckpt', true],
    ]);
    expect(offers[0]?.source).toBe('https://huggingface.co/a/b/resolve/main/new%20%231.safetensors');
  });

  it('a LoRA of diffusers is its file', () => {
    expect(readOffers('a/b', SITE, [file('README.md'), file('pytorch_lora_weights.safetensors', 376)])).toMatchObject([
      { kind: 'file', bytes: 376 },
    ]);
  });

  it('one size that is not reported makes the sum unknown', () => {
    const [full] = readOffers('a/b', SITE, [file('config.json', 1), file('model.safetensors', null)]);
    expect(full).toMatchObject({ bytes: null, largestPartBytes: null });
  });

  it('nothing where there are no weights', () => {
    expect(readOffers('a/b', SITE, [file('README.md'), file('config.json')])).toEqual([]);
  });

  it('property: every offer has files of the repository, and the sum of their sizes', () => {
    const name = fc.constantFrom(
      'model.safetensors',
      'model.fp16.safetensors',
      'pytorch_model.bin',
      'config.json',
      'x.ckpt',
      'model_index.json',
    );
    const any = fc.record({
      path: fc.oneof(
        fc.string(),
        fc.tuple(fc.constantFrom('', 'unet/', 'vae/'), name).map((two) => two.join('')),
      ),
      bytes: fc.option(fc.nat()),
      sha256: fc.constant<string | null>(null),
    });
    fc.assert(
      fc.property(fc.array(any), (files) => {
        for (const offer of readOffers('a/b', SITE, files)) {
          expect(offer.files.every((one) => files.includes(one))).toBe(true);
          const isKnown = offer.files.every(({ bytes }) => bytes !== null);
          expect(offer.bytes).toBe(isKnown ? offer.files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) : null);
        }
      }),
    );
  });
});
