import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../../fixtures/samples.ts';
import type { ImportedParameters } from '../../../../shared/capabilities/gallery/contract.ts';
import { withTexts } from '../png.ts';
import { readExifTexts } from './exif.ts';
import { readParameters } from './read-parameters.ts';
import { graphOfWorkflow } from './workflow.ts';

const sample = (name: string): string => fixture('image-parameters', name);
const plain = Buffer.from(encode({ width: 4, height: 4, data: new Uint8Array(48), channels: 3 }));

interface Entry {
  readonly tag: number;
  readonly value: Buffer;
  /** In the directory behind 0x8769 instead of the first one. */
  readonly isNested?: boolean;
}

/** A TIFF with texts in its directories, big endian as piexif writes it, or little endian as Pillow does. */
function tiffOf(entries: readonly Entry[], isLittle = false): Buffer {
  const u16 = (value: number): Buffer => (isLittle ? Buffer.from([value & 255, value >> 8]) : Buffer.from([value >> 8, value & 255]));
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (isLittle) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const first = entries.filter(({ isNested }) => isNested !== true);
  const nested = entries.filter(({ isNested }) => isNested === true);
  const firstCount = first.length + (nested.length > 0 ? 1 : 0);
  const nestedAt = 8 + 2 + firstCount * 12 + 4;
  let dataAt = nestedAt + (nested.length > 0 ? 2 + nested.length * 12 + 4 : 0);
  const data: Buffer[] = [];
  const entryOf = ({ tag, value }: Entry): Buffer => {
    const at = dataAt;
    dataAt += value.length;
    data.push(value);
    return Buffer.concat([u16(tag), u16(7), u32(value.length), u32(at)]);
  };
  const firstEntries = first.map(entryOf);
  if (nested.length > 0) firstEntries.push(Buffer.concat([u16(0x8769), u16(4), u32(1), u32(nestedAt)]));
  const directories = [u16(firstCount), ...firstEntries, u32(0)];
  if (nested.length > 0) directories.push(u16(nested.length), ...nested.map(entryOf), u32(0));
  return Buffer.concat([Buffer.from(isLittle ? 'II*\0' : 'MM\0*', 'latin1'), u32(8), ...directories, ...data]);
}
const segment = (marker: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
const jpegOf = (...segments: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0')),
    ...segments,
    segment(0xda, Buffer.alloc(6)),
    Buffer.alloc(40),
  ]);
const exifJpeg = (tiff: Buffer): Buffer => jpegOf(segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff])));
function webpOf(tiff: Buffer): Buffer {
  const chunk = (name: string, body: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return Buffer.concat([Buffer.from(name), length, body, Buffer.alloc(body.length % 2)]);
  };
  const chunks = Buffer.concat([chunk('VP8X', Buffer.alloc(10)), chunk('VP8 ', Buffer.alloc(31)), chunk('EXIF', tiff)]);
  return Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), Buffer.from('WEBP'), chunks]);
}
const unicode = (text: string): Buffer => Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from(text, 'utf16le').swap16()]);

describe('fixtures in the shape of each program', () => {
  const fox = { prompt: 'a fox in the snow', negativePrompt: 'blurry', width: 1152, height: 896, steps: 30, guidance: 4 };
  const expected: Readonly<Record<string, readonly [keyword: string, read: ImportedParameters]>> = {
    'a1111-hires.txt': [
      'parameters',
      {
        source: 'Automatic1111',
        parameters: {
          prompt: 'portrait of a lighthouse keeper, (weathered face:1.2), oil lamp, <lora:detail_tweaker_xl:0.6>\nstorm outside, cinematic',
          negativePrompt: '(low quality, worst quality:1.4), text,\nwatermark',
          ...{ width: 832, height: 1216, steps: 28, guidance: 5.5, seed: 3_141_592_653 },
          ...{ model: 'sd_xl_base, tuned', scheduler: 'dpmpp_2m_k' },
        },
        notUsed: [
          'LoRA detail_tweaker_xl: not loaded; <lora:detail_tweaker_xl:0.6> remains in the prompt as text',
          'VAE: sdxl_vae.safetensors',
          'Denoising strength: 0.35',
          'Clip skip: 2',
          'Hires upscale: 1.5',
          'Hires steps: 12',
          'Hires upscaler: 4x-UltraSharp',
        ],
      },
    ],
    'forge-flux.txt': [
      'parameters',
      {
        source: 'Automatic1111',
        parameters: {
          ...{ prompt: 'a paper boat on a puddle', negativePrompt: '', width: 896, height: 1152, steps: 20, guidance: 3.5 },
          ...{ seed: 77, model: 'flux1-dev-bnb-nf4', scheduler: 'euler' },
        },
        notUsed: ['Module 1: ae', 'Module 2: clip_l', 'Module 3: t5xxl_fp16'],
      },
    ],
    'comfyui-workflow.json': [
      'workflow',
      {
        source: 'ComfyUI',
        parameters: {
          ...{ prompt: 'a glass bottle with a galaxy inside', negativePrompt: 'text, watermark', width: 1216, height: 832, steps: 22 },
          ...{ guidance: 7.5, seed: 156_680_208, model: 'juggernautXL_v9', scheduler: 'dpmpp_2m_sde_k' },
        },
        notUsed: [],
      },
    ],
    'fooocus.json': [
      'parameters',
      {
        source: 'Fooocus v2.5.5',
        parameters: { ...fox, model: 'juggernautXL_v8Rundiffusion', scheduler: 'dpmpp_2m_sde_k' },
        notUsed: [
          'Seed 5751246018365128014: 0 to 4294967295 here',
          "Styles: ['Fooocus V2', 'Fooocus Sharp']",
          'Sharpness: 2',
          'Adaptive CFG: 7',
          'ADM guidance: (1.5, 0.8, 0.3)',
          'LoRA: sd_xl_offset_example-lora_1.0.safetensors : 0.1',
        ],
      },
    ],
    'fooocus-a1111.txt': [
      'parameters',
      {
        source: 'Fooocus',
        parameters: { ...fox, seed: 12_345, model: 'juggernautXL_v8Rundiffusion', scheduler: 'dpmpp_2m_sde_k' },
        notUsed: ["Styles: ['Fooocus V2']"],
      },
    ],
  };

  it.each(Object.entries(expected))('%s fills the form, and says what is left over', (name, [keyword, read]) => {
    const text = sample(name);
    expect(readParameters(withTexts(plain, { [keyword]: text }))).toEqual(read);
    if (keyword !== 'parameters') return;
    expect(readParameters(exifJpeg(tiffOf([{ tag: 0x9286, value: unicode(text), isNested: true }])))).toEqual(read);
    // Fooocus: as it is, in the first directory, little endian.
    expect(readParameters(webpOf(tiffOf([{ tag: 0x9286, value: Buffer.from(text) }], true)))).toEqual(read);
  });
});

describe('a JPEG or WebP', () => {
  const LINE = 'Steps: 20, Sampler: Euler, CFG scale: 7, Seed: 5, Size: 512x512';
  const graph = {
    3: { class_type: 'KSampler', inputs: { seed: 42, steps: 20, cfg: 8, positive: ['6', 0] } },
    6: { class_type: 'CLIPTextEncode', inputs: { text: 'a plum 🍑' } },
  };

  it('of A1111 has its text in the user comment, in any of the encodings', () => {
    const text = `яблоко 🍎\nNegative prompt: нет\n${LINE}`;
    const little = Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from(text, 'utf16le')]);
    const ascii = Buffer.concat([Buffer.from('ASCII\0\0\0'), Buffer.from(`${text}\0\0`)]);
    for (const value of [unicode(text), little, ascii, Buffer.from(text)]) {
      expect(readParameters(exifJpeg(tiffOf([{ tag: 0x9286, value, isNested: true }]))).parameters).toMatchObject({
        prompt: 'яблоко 🍎',
        negativePrompt: 'нет',
        seed: 5,
      });
    }
    expect(readParameters(jpegOf(segment(0xfe, Buffer.from(text)))).parameters).toMatchObject({ seed: 5 });
  });

  it('of ComfyUI has its graph in a field of the camera, or as a document in the user comment', () => {
    const fields = [
      { tag: 0x010f, value: Buffer.from(`workflow:${sample('comfyui-workflow.json')}\0`) },
      { tag: 0x0110, value: Buffer.from(`prompt:${JSON.stringify(graph)}\0`) },
    ];
    expect(readParameters(webpOf(tiffOf(fields, true))).parameters).toMatchObject({ prompt: 'a plum 🍑', seed: 42 });
    expect(readParameters(webpOf(tiffOf(fields.slice(0, 1), true))).parameters).toMatchObject({ seed: 156_680_208 });
    const document = unicode(JSON.stringify({ prompt: graph, workflow: {} }));
    expect(readParameters(exifJpeg(tiffOf([{ tag: 0x9286, value: document, isNested: true }]))).parameters).toMatchObject({ seed: 42 });
  });

  it('of a camera says nothing', () => {
    const camera = exifJpeg(tiffOf([{ tag: 0x010f, value: Buffer.from('ACME\0') }]));
    expect(readParameters(camera)).toMatchObject({ source: null, notUsed: [expect.stringContaining('no parameters')] });
    const cut = exifJpeg(tiffOf([{ tag: 0x9286, value: unicode(LINE), isNested: true }]).subarray(0, -20));
    expect(readParameters(cut).notUsed).toEqual(['The text UserComment in the image is damaged or too large.']);
  });

  it('never throws and never hangs, whatever its bytes say', () => {
    const whole = [
      exifJpeg(tiffOf([{ tag: 0x9286, value: unicode(`x\n${LINE}`), isNested: true }])),
      webpOf(tiffOf([{ tag: 0x9286, value: Buffer.from(LINE) }], true)),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 12 }),
        fc.nat(500),
        (image, changes, length) => {
          const data = Buffer.from(image.subarray(0, Math.max(12, length)));
          for (const [at, byte] of changes) if (at < data.length) data[at] = byte;
          readExifTexts(data);
          readParameters(data);
        },
      ),
    );
    // A directory that points to itself, with as many entries as there can be.
    const round = tiffOf([{ tag: 0x8769, value: Buffer.from([0]) }]);
    round.writeUInt16BE(0xffff, 8);
    expect(readExifTexts(exifJpeg(round))).toEqual([]);
  });

  it('hands on no more bytes than the file has, however often its directories name the same ones', () => {
    const entry = (tag: number, length: number, at: number): Buffer => {
      const bytes = Buffer.alloc(12);
      bytes.writeUInt16BE(tag);
      bytes.writeUInt16BE(7, 2);
      bytes.writeUInt32BE(length, 4);
      bytes.writeUInt32BE(at, 8);
      return bytes;
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 5, max: 2_000 }),
        (ways, names, length) => {
          const dataAt = 10 + (ways + names) * 12;
          const entries = [...Array(ways).fill(entry(0x8769, 1, 8)), ...Array(names).fill(entry(0x9286, length, dataAt))];
          const count = Buffer.from([0, ways + names]);
          const file = exifJpeg(Buffer.concat([Buffer.from('MM\0*\0\0\0\u0008'), count, ...entries, Buffer.alloc(length, 'x')]));
          const texts = readExifTexts(file) ?? [];
          expect(texts[0]).toEqual({ keyword: 'parameters', text: 'x'.repeat(length) });
          expect(texts.length).toBeLessThanOrEqual(64);
          expect(texts.reduce((sum, { text }) => sum + (text?.length ?? 0), 0)).toBeLessThanOrEqual(file.length);
        },
      ),
    );
  });
});

it('a workflow whose nodes pass each other on in circles, or are of no known kind, does not hang', () => {
  const pass = (id: number, link: number) => ({ id, type: 'Reroute', mode: 0, inputs: [{ name: '', link }], outputs: [{ type: '*' }] });
  const root = {
    nodes: [
      pass(1, 2),
      pass(2, 1),
      { id: 3, type: 'KSampler', inputs: [{ name: 'model', link: 1 }], widgets_values: [1, 'fixed'] },
      { id: 4, type: 'X' },
    ],
    links: [
      [1, 1, 0, 2, 0, '*'],
      [2, 2, 0, 1, 0, '*'],
    ],
  };
  expect(graphOfWorkflow(root)).toEqual({ 3: { class_type: 'KSampler', inputs: { seed: 1 } }, 4: { class_type: 'X', inputs: {} } });
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (nodes, links) => {
      graphOfWorkflow({ nodes, links });
    }),
  );
});
