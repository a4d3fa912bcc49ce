import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HubModel } from '../../../../shared/capabilities/models/hub-contract.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { baseModelOf, baseOf, typeOf } from './base-model.ts';
import { readHubExtras, readHubModel, readHubModels, readSiblings, readTree } from './replies.ts';

const SDXL = {
  _id: '64bfcd5ff462a99a04fd1ec8',
  id: 'stabilityai/stable-diffusion-xl-base-1.0',
  modelId: 'stabilityai/stable-diffusion-xl-base-1.0',
  author: 'stabilityai',
  gated: false,
  private: false,
  lastModified: '2023-10-30T16:03:47.000Z',
  likes: 6940,
  downloads: 2_214_903,
  library_name: 'diffusers',
  pipeline_tag: 'text-to-image',
  tags: ['diffusers', 'onnx', 'diffusers:StableDiffusionXLPipeline', 'license:openrail++', 'region:us'],
};

describe('models of Hugging Face', () => {
  it('a search: counts, tags, licence, base and gated state', () => {
    expect(readHubModels([SDXL, { id: '../..' }, 7])).toEqual([
      {
        id: 'stabilityai/stable-diffusion-xl-base-1.0',
        pipeline: 'text-to-image',
        library: 'diffusers',
        base: 'sdxl',
        type: 'main',
        downloads: 2_214_903,
        likes: 6940,
        updatedAt: Date.UTC(2023, 9, 30, 16, 3, 47),
        licence: 'openrail++',
        gated: 'no',
        isPrivate: false,
      },
    ]);
  });

  it('what is not reported is unknown, and never guessed', () => {
    expect(readHubModel({ id: 'gpt2' })).toEqual({
      id: 'gpt2',
      pipeline: null,
      library: null,
      base: null,
      type: null,
      downloads: null,
      likes: null,
      updatedAt: null,
      licence: null,
      gated: 'unknown',
      isPrivate: false,
    });
    expect(readHubModel({ ...SDXL, gated: 'auto' })?.gated).toBe('automatic');
    expect(readHubModel({ ...SDXL, gated: 'manual' })?.gated).toBe('manual');
    expect(readHubModel({ ...SDXL, downloads: -1, likes: '7' })).toMatchObject({ downloads: null, likes: null });
  });

  it('ids that lead elsewhere are no models', () => {
    for (const id of ['..', 'a/..', '.git/x', 'a/b/c', 'a b', '', 'a/b?x=1', `a/${'b'.repeat(200)}`, null])
      expect(readHubModel({ id })).toBeNull();
  });

  it.each([
    ['x/y', ['base_model:adapter:black-forest-labs/FLUX.1-dev', 'lora'], 'flux', 'lora'],
    ['x/y', ['base_model:stabilityai/stable-diffusion-xl-base-1.0', 'text-to-image'], 'sdxl', null],
    ['x/y', ['diffusers:StableDiffusionPipeline'], null, 'main'],
    ['stable-diffusion-v1-5/stable-diffusion-v1-5', ['diffusers:StableDiffusionPipeline'], 'sd-1', 'main'],
    ['x/y', ['diffusers:constructor'], null, null],
    ['x/y', ['SDXL', 'controlnet'], 'sdxl', 'controlnet'],
  ])('base and type of %s with %j: %s, %s', (id, tags, base, type) => {
    expect([baseOf(id, tags), typeOf(tags)]).toEqual([base, type]);
  });

  it('the page of one: licence by name, what it is derived from, files with the sizes of their contents', () => {
    const page = {
      ...SDXL,
      tags: ['base_model:finetune:a/b'],
      cardData: { license: 'other', license_name: 'flux-1-dev', license_link: 'LICENSE.md' },
      siblings: [
        { rfilename: 'README.md', size: 100 },
        { rfilename: 'unet/model.safetensors', size: 134, lfs: { sha256: 'a'.repeat(64), size: 5_000_000_000, pointerSize: 134 } },
        { rfilename: 'a\u202eb.json', size: 5 },
        { size: 5 },
      ],
    };
    expect(readHubModel(page)?.licence).toBe('other');
    expect(readHubExtras(page)).toEqual({ licenceName: 'flux-1-dev', baseModel: 'a/b' });
    expect(readSiblings(page)).toEqual([
      { path: 'README.md', bytes: 100, sha256: null },
      { path: 'unet/model.safetensors', bytes: 5_000_000_000, sha256: 'a'.repeat(64) },
    ]);
    expect(baseModelOf([])).toBeNull();
  });

  it('a tree: files alone', () => {
    expect(readTree([{ type: 'directory', path: 'unet', size: 0 }, { type: 'file', path: 'a.json', size: 3 }, 'x'])).toEqual([
      { path: 'a.json', bytes: 3, sha256: null },
    ]);
  });

  it('property: any JSON gives models that cross the contract, and never throws', () => {
    const entry = fc.record(
      {
        id: fc.oneof(fc.string(), fc.constant('a/b')),
        tags: fc.oneof(fc.anything(), fc.array(fc.string())),
        gated: fc.anything(),
        downloads: fc.anything(),
        lastModified: fc.anything(),
        siblings: fc.oneof(fc.anything(), fc.array(fc.record({ rfilename: fc.string(), size: fc.anything(), lfs: fc.anything() }))),
        cardData: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(entry)), entry, (document, page) => {
        for (const model of readHubModels(document)) expect(HubModel.safeParse(model).success).toBe(true);
        readTree(document);
        readHubExtras(page);
        for (const { path, bytes } of readSiblings(page)) {
          expect(path).toBe(plainText(path, 500));
          expect(bytes === null || bytes >= 0).toBe(true);
        }
      }),
    );
  });
});
