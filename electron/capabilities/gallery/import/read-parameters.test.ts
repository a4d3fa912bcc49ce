import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { NOTHING_REPORTED } from '../../../../shared/capabilities/gallery/contract.ts';
import { withRecord } from '../image-record.ts';
import { pngChunk, withTexts } from '../png.ts';
import { samplerOf } from './found.ts';
import { readParameters } from './read-parameters.ts';

const plain = Buffer.from(encode({ width: 4, height: 4, data: new Uint8Array(48), channels: 3 }));
const tEXt = (keyword: string, text: string) => pngChunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'));
const zTXt = (keyword: string, text: string) =>
  pngChunk('zTXt', Buffer.concat([Buffer.from(`${keyword}\0\0`), deflateSync(Buffer.from(text, 'latin1'))]));
const holding = (...chunks: readonly Buffer[]) => Buffer.concat([plain.subarray(0, 33), ...chunks, plain.subarray(33)]);
const readText = (keyword: string, text: string) => readParameters(withTexts(plain, { [keyword]: text }));
const readJson = (keyword: string, value: unknown) => readText(keyword, JSON.stringify(value));

describe('an image of Automatic1111', () => {
  const LINE =
    'Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 12345, Size: 512x768, Model hash: 0123456789, Model: example_v1, Version: v1.10.1';

  it.each([
    ['tEXt', tEXt],
    ['zTXt', zTXt],
  ] as const)('fills the whole form from %s', (_kind, chunk) => {
    expect(readParameters(holding(chunk('parameters', `a red apple\nNegative prompt: blurry\n${LINE}`)))).toEqual({
      source: 'Automatic1111',
      parameters: {
        ...{ prompt: 'a red apple', negativePrompt: 'blurry', width: 512, height: 768, steps: 20, guidance: 7.5 },
        ...{ seed: 12345, model: 'example_v1', scheduler: 'dpmpp_2m_k' },
      },
      notUsed: [],
    });
  });

  it('keeps prompts of several lines, and what looks like a parameter in them', () => {
    const text = `Steps: a staircase, seen from below\nSeed: of doubt 🍎\nNegative prompt: blurry,\n text: none\n${LINE}`;
    expect(readText('parameters', text).parameters).toMatchObject({
      prompt: 'Steps: a staircase, seen from below\nSeed: of doubt 🍎',
      negativePrompt: 'blurry,\n text: none',
      seed: 12345,
    });
  });

  it('names what changes the image and is not in the form, values in quotes too', () => {
    const text = `apple <lora:shiny:0.8>\n${LINE}, Denoising strength: 0.4, Lora hashes: "shiny: abc, other: def", ControlNet 0: "Module: canny, Weight: 1"\nTemplate: {apple|pear}`;
    expect(readText('parameters', text).notUsed).toEqual([
      'LoRA shiny: not loaded; <lora:shiny:0.8> remains in the prompt as text',
      'Denoising strength: 0.4',
      'ControlNet 0: Module: canny, Weight: 1',
      'Template: {apple|pear}',
    ]);
  });

  it.each([
    ['Seed: 12345', 'Seed: 4294967296', 'seed', 'Seed 4294967296: 0 to 4294967295 here'],
    ['Seed: 12345', 'Seed: -1', 'seed', 'Seed -1: 0 to 4294967295 here'],
    ['Steps: 20', 'Steps: 500', 'steps', 'Steps 500: 1 to 200 here'],
    ['CFG scale: 7.5', 'CFG scale: 0.5', 'guidance', 'Guidance 0.5: 1 to 30 here'],
    ['Size: 512x768', 'Size: 511x768', 'width', 'Size 511 × 768: Width and height must be multiples of 8; the nearest is 512x768.'],
    ['Size: 512x768', 'Size: 9000x64', 'width', 'Size 9000 × 64: Each side has 64 to 4096 pixels.'],
    ['DPM++ 2M Karras', 'Restart', 'scheduler', 'Sampler Restart: not available in InvokeAI'],
  ])('says why %s as %s is not taken, and takes the rest', (from, to, name, words) => {
    const read = readText('parameters', `a red apple\n${LINE.replace(from, to)}`);
    expect(read.parameters).toMatchObject({ prompt: 'a red apple' });
    expect(read.parameters).not.toHaveProperty(name);
    expect(read.notUsed).toEqual([words]);
  });

  it('keeps a prompt that is longer than a request may be: the form names the limit', () => {
    const prompt = 'apple '.repeat(1_000).trim();
    expect(readText('parameters', `${prompt}\n${LINE}`).parameters.prompt).toBe(prompt);
  });

  it('reads values in JSON as one (Hashes, Civitai resources)', () => {
    const resources = '[{"type":"checkpoint","modelName":"Seed: 5, [x"},{"type":"lora","weight":0.8}]';
    const read = readText(
      'parameters',
      `a red apple\n${LINE}, Hashes: {"model": "abc", "lora:x": "de"}, Civitai resources: ${resources}, Eta: 0.2`,
    );
    expect(read.notUsed).toEqual([`Civitai resources: ${resources}`, 'Eta: 0.2']);
    expect(readText('parameters', `a red apple\n${LINE}, Civitai resources: [{"type", Eta: 0.2`).parameters).toMatchObject({ seed: 12345 });
  });

  it('takes linear time for a line made to be slow', () => {
    const startedAt = performance.now();
    for (const text of [
      `Steps: 1, ${'a'.repeat(1_000_000)}`,
      `Steps: 1, ${'a: '.repeat(300_000)}`,
      `Steps: 1, x: "${'\\"'.repeat(300_000)}`,
      `Steps: 1, ${'a: [,'.repeat(25_000)}`,
    ]) {
      readText('parameters', text);
    }
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('an image of ComfyUI', () => {
  const checkpoint = { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd/example_v1.safetensors' } };
  const latent = { class_type: 'EmptyLatentImage', inputs: { width: 640, height: 448, batch_size: 1 } };
  const text = (words: unknown) => ({ class_type: 'CLIPTextEncode', inputs: { clip: ['4', 1], text: words } });
  const graph = {
    3: {
      class_type: 'KSampler',
      inputs: {
        ...{ seed: 42, steps: 20, cfg: 8, sampler_name: 'dpmpp_2m', scheduler: 'karras', denoise: 1 },
        ...{ model: ['4', 0], positive: ['6', 0], negative: ['7', 0], latent_image: ['5', 0] },
      },
    },
    4: checkpoint,
    5: latent,
    6: text('a red apple'),
    7: text('blurry'),
    8: { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
    9: { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'x' } },
  };
  const whole = {
    ...{ prompt: 'a red apple', negativePrompt: 'blurry', width: 640, height: 448, steps: 20, guidance: 8 },
    ...{ seed: 42, model: 'example_v1', scheduler: 'dpmpp_2m_k' },
  };

  it('fills the form from the graph that was run', () => {
    expect(readJson('prompt', graph)).toEqual({ source: 'ComfyUI', parameters: whole, notUsed: [] });
  });

  it('follows links: texts and seeds from nodes of their own, LoRAs and ControlNets in between', () => {
    const linked = {
      ...graph,
      3: { ...graph[3], inputs: { ...graph[3].inputs, seed: ['20', 0], model: ['10', 0], positive: ['11', 0], negative: ['11', 1] } },
      6: text(['21', 0]),
      10: { class_type: 'LoraLoader', inputs: { model: ['4', 0], clip: ['4', 1], lora_name: 'shiny.safetensors' } },
      11: { class_type: 'ControlNetApplyAdvanced', inputs: { positive: ['6', 0], negative: ['7', 0], strength: 1 } },
      20: { class_type: 'PrimitiveInt', inputs: { value: 42 } },
      21: { class_type: 'PrimitiveStringMultiline', inputs: { value: 'a red apple' } },
    };
    expect(readJson('prompt', linked)).toEqual({
      source: 'ComfyUI',
      parameters: { ...whole, model: 'example_v1' },
      notUsed: ['LoRA: shiny.safetensors', 'ControlNet: ControlNetApplyAdvanced'],
    });
  });

  it('takes no text for another side, and no number for another side', () => {
    const zeroed = { ...graph, 7: { class_type: 'ConditioningZeroOut', inputs: { conditioning: ['6', 0] } } };
    expect(readJson('prompt', zeroed).parameters).toEqual({ ...whole, negativePrompt: '' });
    const loader = {
      class_type: 'Efficient Loader',
      inputs: { ckpt_name: 'example_v1.safetensors', positive: 'a red apple', negative: 'blurry', empty_latent_width: 640 },
    };
    const loaded = {
      3: { ...graph[3], inputs: { ...graph[3].inputs, model: ['1', 0], positive: ['1', 1], negative: ['1', 2] } },
      1: loader,
    };
    expect(readJson('prompt', loaded).parameters).toMatchObject({ prompt: 'a red apple', negativePrompt: 'blurry', model: 'example_v1' });
    const sized = {
      ...graph,
      5: { class_type: 'EmptyLatentImage', inputs: { width: ['30', 0], height: ['30', 1] } },
      30: { class_type: 'SizePicker', inputs: { width: 640, height: 448 } },
    };
    expect(readJson('prompt', sized).parameters).toEqual(whole);
  });

  it('joins texts that the graph joins, and names conditionings that only it can combine', () => {
    const joined = {
      ...graph,
      6: text(['20', 0]),
      20: { class_type: 'StringConcatenate', inputs: { string_a: 'a red', string_b: ['21', 0], delimiter: ' ' } },
      21: { class_type: 'PrimitiveString', inputs: { value: 'apple' } },
    };
    expect(readJson('prompt', joined)).toEqual({ source: 'ComfyUI', parameters: whole, notUsed: [] });
    const round = {
      ...joined,
      21: { class_type: 'StringConcatenate', inputs: { string_a: ['21', 0], string_b: ['21', 0], delimiter: '' } },
    };
    expect(readJson('prompt', round).parameters).not.toHaveProperty('prompt');
    const combined = {
      ...graph,
      3: { ...graph[3], inputs: { ...graph[3].inputs, positive: ['22', 0] } },
      22: { class_type: 'ConditioningCombine', inputs: { conditioning_1: ['6', 0], conditioning_2: ['7', 0] } },
    };
    expect(readJson('prompt', combined).notUsed).toEqual(['Combined prompts: only the first was read: ConditioningCombine']);
  });

  it('understands samplers that are put together from parts', () => {
    const custom = {
      1: { class_type: 'UNETLoader', inputs: { unet_name: 'flux1-dev.safetensors' } },
      3: {
        class_type: 'SamplerCustomAdvanced',
        inputs: { noise: ['12', 0], guider: ['13', 0], sampler: ['14', 0], sigmas: ['15', 0], latent_image: ['5', 0] },
      },
      5: latent,
      6: text('a red apple'),
      12: { class_type: 'RandomNoise', inputs: { noise_seed: 42 } },
      13: { class_type: 'BasicGuider', inputs: { model: ['1', 0], conditioning: ['16', 0] } },
      14: { class_type: 'KSamplerSelect', inputs: { sampler_name: 'euler' } },
      15: { class_type: 'BasicScheduler', inputs: { model: ['1', 0], scheduler: 'simple', steps: 24, denoise: 1 } },
      16: { class_type: 'FluxGuidance', inputs: { conditioning: ['6', 0], guidance: 3.5 } },
    };
    expect(readJson('prompt', custom).parameters).toEqual({
      ...{ prompt: 'a red apple', width: 640, height: 448, steps: 24, guidance: 3.5, seed: 42, model: 'flux1-dev', scheduler: 'euler' },
    });
  });

  it('reads the part that a graph of few nodes holds, and NaN as Python writes it', () => {
    const few =
      '{"3":{"class_type":"KSampler","is_changed":[NaN],"inputs":{"seed":42,"steps":20,"cfg":8,"sampler_name":"euler","scheduler":"normal","positive":["6",0]}},"6":{"class_type":"CLIPTextEncode","inputs":{"text":"NaN and \\"quotes\\""}}}';
    expect(readText('prompt', few).parameters).toEqual({
      prompt: 'NaN and "quotes"',
      steps: 20,
      guidance: 8,
      seed: 42,
      scheduler: 'euler',
    });
  });

  it('names a seed beyond the form, and a graph that goes round in circles does not hang', () => {
    const large = {
      ...graph,
      3: { ...graph[3], inputs: { ...graph[3].inputs, seed: 2 ** 60, positive: ['30', 0] } },
      30: { class_type: 'X', inputs: { conditioning: ['30', 0] } },
    };
    const read = readJson('prompt', large);
    expect(read.notUsed).toEqual(['Prompt: not in the file', `Seed ${2 ** 60}: 0 to 4294967295 here`]);
  });

  it('says that a workflow alone is not enough', () => {
    expect(readJson('workflow', { nodes: [] })).toMatchObject({
      source: null,
      notUsed: [expect.stringContaining('no sampler')],
    });
  });
});

describe('an image of InvokeAI', () => {
  const metadata = {
    ...{ app_version: '6.12.0', generation_mode: 'sdxl_txt2img', positive_prompt: 'a red apple', negative_prompt: '', seed: 7, steps: 30 },
    ...{
      cfg_scale: 6,
      scheduler: 'dpmpp_2m_sde_k',
      width: 1024,
      height: 1024,
      model: { key: 'k', name: 'example', base: 'sdxl', type: 'main' },
    },
  };
  const whole = {
    ...{ prompt: 'a red apple', negativePrompt: '', seed: 7, steps: 30, guidance: 6, scheduler: 'dpmpp_2m_sde_k' },
    ...{ width: 1024, height: 1024, model: 'example' },
  };

  it('fills the form from its metadata', () => {
    expect(readJson('invokeai_metadata', metadata)).toEqual({ source: 'InvokeAI 6.12.0', parameters: whole, notUsed: [] });
    const version3 = { ...metadata, app_version: '3.4.0', model: { model_name: 'example', base_model: 'sdxl' } };
    expect(readJson('invokeai_metadata', version3).parameters).toEqual(whole);
  });

  it('keeps prompts whole, and takes no negative prompt from a family that has none', () => {
    const prompt = 'apple, '.repeat(500);
    const { negative_prompt: _, ...flux } = { ...metadata, positive_prompt: prompt };
    expect(readJson('invokeai_metadata', flux).parameters).toMatchObject({ prompt, negativePrompt: '' });
    const image = { prompt: [{ prompt: `${prompt}[${prompt}]`, weight: 1 }], seed: 7 };
    const negativePrompt = prompt.trim();
    expect(readJson('sd-metadata', { image }).parameters).toEqual({ prompt: prompt.trim(), negativePrompt, seed: 7 });
  });

  it('names what the form has no place for', () => {
    const more = {
      ...metadata,
      generation_mode: 'sdxl_img2img',
      strength: 0.6,
      loras: [{}, {}],
      vae: { name: 'fp16-fix.safetensors' },
      controlnets: [],
    };
    expect(readJson('invokeai_metadata', more).notUsed).toEqual([
      'Mode sdxl_img2img: made from another image, which is not in the file',
      'LoRAs: 2',
      'VAE: fp16-fix',
      'Denoising strength: 0.6',
    ]);
  });

  it('is read in the forms of versions 1 and 2', () => {
    const image = {
      prompt: [{ prompt: 'a red apple [blurry]', weight: 1 }],
      steps: 30,
      cfg_scale: 6,
      seed: 7,
      width: 512,
      height: 512,
      sampler: 'k_euler_a',
    };
    const parameters = {
      prompt: 'a red apple',
      negativePrompt: 'blurry',
      steps: 30,
      guidance: 6,
      seed: 7,
      width: 512,
      height: 512,
      scheduler: 'euler_a',
    };
    expect(readJson('sd-metadata', { model_weights: 'stable-diffusion-1.5', image })).toEqual({
      source: 'InvokeAI 2',
      parameters: { ...parameters, model: 'stable-diffusion-1.5' },
      notUsed: [],
    });
    expect(readText('Dream', '"a red apple [blurry]" -s 30 -S 7 -W 512 -H 512 -C 6.0 -A k_euler_a').parameters).toEqual(parameters);
  });
});

describe('an image of Fooocus', () => {
  const scheme = {
    ...{ adm_guidance: '(1.5, 0.8, 0.3)', base_model: 'juggernautXL_v8', base_model_hash: 'ab', full_prompt: ['x'], guidance_scale: 4 },
    ...{ lora_combined_1: 'offset : 0.1', negative_prompt: 'blurry', performance: 'Speed', prompt: 'a red apple', refiner_model: 'None' },
    ...{ resolution: '(1152, 896)', sampler: 'dpmpp_2m_sde_gpu', scheduler: 'karras', seed: '123', sharpness: 2, steps: 30 },
    ...{ styles: "['Fooocus V2']", vae: 'Default (model)', version: 'Fooocus v2.5.5', metadata_scheme: 'fooocus' },
  };

  it('fills the form from its own scheme', () => {
    expect(readParameters(withTexts(plain, { parameters: JSON.stringify(scheme), fooocus_scheme: 'fooocus' }))).toEqual({
      source: 'Fooocus v2.5.5',
      parameters: {
        ...{ prompt: 'a red apple', negativePrompt: 'blurry', width: 1152, height: 896, steps: 30, guidance: 4, seed: 123 },
        ...{ model: 'juggernautXL_v8', scheduler: 'dpmpp_2m_sde_k' },
      },
      notUsed: ["Styles: ['Fooocus V2']", 'Sharpness: 2', 'ADM guidance: (1.5, 0.8, 0.3)', 'LoRA: offset : 0.1'],
    });
  });

  it('and from the other, where the prompt as it was typed stands by itself', () => {
    const line =
      'Steps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 123, Size: 1152x896, CFG scale: 4, Sharpness: 2, Model: juggernautXL_v8, Version: Fooocus v2.5.5, Raw prompt: "a red apple\\nripe", Raw negative prompt: blurry';
    expect(readText('parameters', `cinematic still a red apple\nNegative prompt: ugly, blurry\n${line}`)).toMatchObject({
      source: 'Fooocus',
      parameters: { prompt: 'a red apple\nripe', negativePrompt: 'blurry', scheduler: 'dpmpp_2m_sde_k' },
      notUsed: ['Sharpness: 2'],
    });
  });
});

describe('any other file', () => {
  it.each([
    ['a PNG without a text', plain, 'contains no parameters'],
    ['a PNG with the text of another program', holding(tEXt('Software', 'gimp')), 'contains Software'],
    ['a text that is damaged', holding(pngChunk('zTXt', Buffer.from('parameters\0\0nonsense'))), 'is damaged'],
    ['parameters without their line', holding(tEXt('parameters', 'a red apple')), 'contains parameters'],
    ['a JPEG', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(100)]), 'no parameters'],
    ['nothing', Buffer.alloc(0), 'not a PNG'],
  ])('%s says so', (_name, data, words) => {
    expect(readParameters(data)).toEqual({ source: null, parameters: {}, notUsed: [expect.stringContaining(words)] });
  });

  it('of this panel gives everything back, with the model that was really used', () => {
    const parameters = {
      ...{ prompt: 'a “red” apple', negativePrompt: '', width: 512, height: 512, steps: 20, guidance: 7, seed: 1, model: null },
      ...{ scheduler: 'euler', count: 1 },
    };
    const made = withRecord(plain, {
      ...{ pictureId: '20260504-120000-deadbeef', createdAt: 1, width: 4, height: 4, bytes: 1, parameters, route: 'shim' as const },
      ...{ modelUsed: 'Dreamshaper 8', reported: NOTHING_REPORTED, elapsedMs: 1, hostLabel: 'h' },
    });
    expect(readParameters(made)).toEqual({ source: 'Ada Panel', parameters: { ...parameters, model: 'Dreamshaper 8' }, notUsed: [] });
  });

  it('never throws, whatever a text says', () => {
    const keyword = fc.constantFrom('parameters', 'prompt', 'invokeai_metadata', 'sd-metadata', 'Dream', 'Comment');
    const node = fc.record({
      class_type: fc.constantFrom('KSampler', 'SaveImage', 'CLIPTextEncode'),
      inputs: fc.dictionary(
        fc.constantFrom('positive', 'images', 'text', 'model', 'seed'),
        fc.oneof(fc.jsonValue(), fc.tuple(fc.constantFrom('1', '2'), fc.nat(2))),
      ),
    });
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .dictionary(fc.constantFrom('1', '2', 'image', 'model', 'prompt'), fc.oneof(node, fc.jsonValue()))
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(keyword, text, (name, words) => {
        const { parameters } = readText(name, words);
        expect(Object.values(parameters).every((value) => value !== undefined)).toBe(true);
      }),
    );
  });
});

it('samplers that are only alike are not taken for the same', () => {
  expect(samplerOf('Euler a').scheduler).toBe('euler_a');
  expect(samplerOf('Euler a', 'Karras').scheduler).toBeNull();
  expect(samplerOf('DPM++ 2S a').scheduler).toBeNull();
  expect(samplerOf('DPM++ 2M', 'Exponential').scheduler).toBeNull();
  expect(samplerOf('constructor').scheduler).toBeNull();
  expect(samplerOf('dpmpp_sde_gpu', 'karras').scheduler).toBe('dpmpp_sde_k');
});
