import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CacheFact, HfLogin, InstalledModel, InstallJob, StarterList } from '../../../shared/capabilities/models/contract.ts';
import { describeSource, readJobs, withoutReplaced } from './job-reader.ts';
import { readCache, readDevice, readHfLogin, readModels, readStarters, statedBytes } from './readers.ts';

/** Values where InvokeAI's own would be, and anything else. */
const odd = fc.oneof(fc.jsonValue(), fc.string(), fc.double(), fc.constantFrom('downloading', 'main', true, -1));
const entry = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), odd);

const job = (change: Readonly<Record<string, unknown>>): unknown => ({
  id: 0,
  status: 'downloading',
  source: { type: 'hf', repo_id: 'org/name', variant: 'fp16', subfolder: null, access_token: null },
  bytes: 10,
  total_bytes: 100,
  error: null,
  error_reason: null,
  download_parts: [],
  ...change,
});

describe('the list of models', () => {
  it('of 6.14, of 4.2 and with bases nobody heard of, mains first', () => {
    const models = readModels(
      {
        models: [
          {
            key: 'c',
            name: 'sdxl-vae',
            type: 'vae',
            base: 'sdxl',
            format: 'diffusers',
            path: '/mnt/elsewhere/vae',
            file_size: 334,
            source: 'org/vae',
          },
          { key: 'b', name: 'new', type: 'main', base: 'krea-9', format: 'gguf_quantized', path: 'b/new.gguf', file_size: 7 },
          // As 4.2 has it: no size, no key of its own for what came later.
          { key: 'a', name: 'dreamshaper', type: 'main', base: 'sd-1', path: 'sd-1/main/dreamshaper' },
        ],
      },
      { models: [{ key: 'b' }] },
    );
    expect(models).toMatchObject([
      { key: 'a', base: 'sd-1', format: 'unknown', bytes: null, source: null, isMissing: false, isManaged: true },
      { key: 'b', base: 'krea-9', format: 'gguf_quantized', bytes: 7, isMissing: true, isManaged: true },
      { key: 'c', type: 'vae', path: '/mnt/elsewhere/vae', source: 'org/vae', isMissing: false, isManaged: false },
    ]);
  });

  it('leaves out what has no key or name and keeps the rest, also without a list of missing files', () => {
    const good = { key: 'a', name: 'x' };
    expect(readModels({ models: [null, 7, {}, { key: '', name: 'x' }, { key: 'a' }, good] }, null)).toMatchObject([
      { key: 'a', base: 'unknown', type: 'unknown', path: null, isManaged: false },
    ]);
  });

  it('tells no token that is part of an address a model came from', () => {
    const source = 'https://reader:pass-word@civitai.example/api/download/1?type=Model&token=0123456789abcdef';
    const [model] = readModels({ models: [{ key: 'a', name: 'x', source }] }, null);
    expect(model?.source).toBe('https://…@civitai.example/api/download/1?type=Model&token=…');
  });
});

describe('install jobs', () => {
  it('have files, an error and what to decide, where they have it', () => {
    const [read] = readJobs([
      job({
        id: 3,
        status: 'paused',
        download_parts: [
          { dest: '/m/tmp/name/unet/model.safetensors', status: 'completed', bytes: 5, total_bytes: 5 },
          { source: 'https://x.example/a/b.bin?token=abc', status: 'paused', bytes: 5, total_bytes: 0, resume_required: true },
        ],
      }),
    ]);
    expect(read).toEqual({
      jobId: 3,
      source: 'org/name:fp16',
      state: 'paused',
      bytes: 10,
      totalBytes: 100,
      files: [
        { name: 'unet/model.safetensors', bytes: 5, totalBytes: 5, state: 'completed' },
        { name: 'a/b.bin', bytes: 5, totalBytes: null, state: 'paused' },
      ],
      needsDecision: 'The download was interrupted.',
      isRecognised: null,
      error: null,
    });
    const [failed] = readJobs([job({ status: 'error', error_reason: 'HTTPError', error: null, total_bytes: 0 })]);
    expect(failed).toMatchObject({ totalBytes: null, error: { reason: 'HTTPError', text: 'no reason reported' } });
  });

  it('are of an unknown state when a version invents one, and spelt the way jobs are, not queue items', () => {
    const states = ['waiting', 'downloads_done', 'cancelled', 'canceled', 'thinking', null].map((status) => job({ status }));
    expect(readJobs(states).map(({ state }) => state)).toEqual(['waiting', 'downloads_done', 'cancelled', 'unknown', 'unknown', 'unknown']);
  });

  it.each([
    [{ type: 'hf', repo_id: 'org/name', variant: null, subfolder: null }, 'org/name'],
    [{ type: 'hf', repo_id: 'org/name', variant: 'fp16', subfolder: 'sub/folder' }, 'org/name:fp16:sub/folder'],
    [{ type: 'hf', repo_id: 'org/name', variant: 'default', subfolder: 'vae' }, 'org/name::vae'],
    [{ type: 'url', url: 'https://x.example/m.safetensors' }, 'https://x.example/m.safetensors'],
    [{ type: 'local', path: '/mnt/models/m.safetensors', inplace: true }, '/mnt/models/m.safetensors'],
    ['org/name:fp16', 'org/name:fp16'],
    [{ type: 'external' }, 'unknown source'],
    [null, 'unknown source'],
  ])('come from %j', (source, words) => {
    expect(describeSource(source)).toBe(words);
  });

  it('never say a token, wherever InvokeAI echoes it', () => {
    const huggingFace = fc.stringMatching(/^hf_[A-Za-z0-9]{16,34}$/);
    const plain = fc.stringMatching(/^[a-f0-9]{32}$/);
    fc.assert(
      fc.property(huggingFace, plain, fc.constantFrom('?', '?type=Model&'), (token, other, query) => {
        const url = `https://civitai.example/m.safetensors${query}token=${other}`;
        const message = `401 for ${url} with Bearer ${token} or Bearer ${other}`;
        const jobs = readJobs([
          job({
            source: { type: 'url', url, access_token: other },
            error: message,
            error_reason: `HTTPError ${token}`,
            error_traceback: message,
            download_parts: [{ source: url, access_token: token, status: 'paused', resume_required: true, resume_message: message }],
            config_in: { source: url },
          }),
          job({
            source: { type: 'hf', repo_id: 'org/name', access_token: token },
            error: message,
            download_parts: [{ dest: `/m/${token}`, access_token: other }],
          }),
          job({ source: url, error: `see ${url}` }),
        ]);
        expect(jobs).toHaveLength(3);
        expect(JSON.stringify(jobs)).not.toContain(token);
        expect(JSON.stringify(jobs)).not.toContain(other);
      }),
    );
  });
});

describe('what was installed', () => {
  const made = (config: object | null) => readJobs([job({ status: 'completed', config_out: config })])[0]?.isRecognised;

  it('is recognised only where InvokeAI found a type and a base', () => {
    expect(made({ type: 'main', base: 'sdxl', format: 'checkpoint' })).toBe(true);
    expect(made({ type: 'vae', base: 'any', format: 'diffusers' })).toBe(true);
    // A login page, zeros, a text: registered all the same.
    expect(made({ type: 'unknown', base: 'unknown', format: 'unknown' })).toBe(false);
    expect(made({ type: 'lora', base: 'unknown', format: 'lycoris' })).toBe(false);
    expect(made(null)).toBeNull();
    const models = [
      { key: 'a', name: 'page', type: 'unknown', base: 'unknown' },
      { key: 'b', name: 'x', type: 'main', base: 'krea-9' },
    ];
    expect(readModels({ models }, null).map(({ name, isRecognised }) => [name, isRecognised])).toEqual([
      ['x', true],
      ['page', false],
    ]);
  });
});

describe('a job that was started over', () => {
  const one = (id: number, status: string, repo = 'org/name') => job({ id, status, source: { type: 'hf', repo_id: repo } });
  const left = (...documents: unknown[]) => withoutReplaced(readJobs(documents)).map(({ jobId }) => jobId);

  it('takes the place of the failed one before it, and of no other', () => {
    expect(left(one(0, 'error'), one(1, 'error', 'org/other'), one(2, 'downloading'))).toEqual([1, 2]);
    expect(left(one(0, 'cancelled'), one(1, 'error'))).toEqual([1]);
    expect(left(one(0, 'completed'), one(1, 'error'))).toEqual([0, 1]);
    expect(left(one(0, 'downloading'), one(1, 'error', 'org/other'))).toEqual([0, 1]);
  });
});

describe('what InvokeAI computes on', () => {
  it.each([
    [[{ device: 'cuda:0', name: 'NVIDIA RTX 6000 Ada Generation' }], null, { kind: 'gpu', name: 'NVIDIA RTX 6000 Ada Generation' }],
    [[{ device: 'mps', name: 'Apple' }], null, { kind: 'gpu', name: 'Apple' }],
    [[{ device: 'cpu', name: 'CPU' }], { CUDA: '12.8' }, { kind: 'cpu', name: 'CPU' }],
    [null, { CUDA: 'N/A', torch: '2.7.1' }, { kind: 'cpu', name: null }],
    [null, { CUDA: null, torch: '2.7.1+cpu' }, { kind: 'cpu', name: null }],
    // Built for CUDA is no proof of a GPU.
    [null, { CUDA: '12.8', torch: '2.7.1+cu128' }, { kind: 'unknown', name: null }],
    [[], null, { kind: 'unknown', name: null }],
    ['<html>', 7, { kind: 'unknown', name: null }],
  ])('%j and %j: %j', (options, dependencies, device) => {
    expect(readDevice(options, dependencies)).toEqual(device);
  });
});

describe('the size that a description states', () => {
  it.each([
    ['FLUX dev in bfloat16. Total size with dependencies: ~33GB', 33e9],
    ['A LoRA (~430MB) for portraits', 430e6],
    ['All of it: ~ 1.2 TB.', 1.2e12],
    ['Needs ~24GB of VRAM. Total size: ~33GB', 33e9],
    ['about 33GB', null],
    ['Works best at ~1024px', null],
    ['', null],
    [null, null],
    [`~${'9'.repeat(4_000)}GB`, null],
  ])('%j: %j', (description, bytes) => {
    expect(statedBytes(description)).toBe(bytes);
  });
});

describe('starter models and bundles', () => {
  const vae = { source: 'org/vae', name: 'VAE' };
  const main = { source: 'org/main', name: 'Main', type: 'main', base: 'sdxl', is_installed: true, dependencies: [vae] };

  it.each([
    ['since 6.0', { sdxl: { name: 'SDXL', models: [main, vae] } }, 'SDXL'],
    ['before', { sdxl: [main, vae] }, 'sdxl'],
  ])('%s: what a bundle needs goes first, each once', (_when, bundles, name) => {
    const read = readStarters({ starter_models: [main, { name: 'no source' }], starter_bundles: bundles });
    expect(read.models).toMatchObject([{ source: 'org/main', isInstalled: true, needs: ['org/vae'], description: '' }]);
    expect(read.bundles).toEqual([{ name, sources: ['org/vae', 'org/main'] }]);
  });

  it('are none before there were any', () => {
    expect(readStarters({ detail: 'Not Found' })).toEqual({ models: [], bundles: [] });
    expect(readStarters({ starter_models: [], starter_bundles: { empty: { name: 'x', models: [] } } }).bundles).toEqual([]);
  });
});

describe('login and cache', () => {
  it('know the three words of the login, and nothing else', () => {
    expect(['valid', 'invalid', 'unknown', 'yes', null, {}].map(readHfLogin)).toEqual([
      'valid',
      'invalid',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });

  it('show settings as they are, unset apart from zero, and no secret among them', () => {
    const config = { max_cache_vram_gb: null, model_cache_keep_alive_min: 0, enable_partial_loading: false, remote_api_tokens: 'abc' };
    expect(readCache({ set_fields: [], config }).map(({ name, value }) => [name, value])).toEqual([
      ['max_cache_vram_gb', 'unset'],
      ['enable_partial_loading', 'false'],
      ['model_cache_keep_alive_min', '0'],
    ]);
    expect(readCache(null)).toEqual([]);
  });
});

it('whatever comes, what is read fits the contract', () => {
  const model = entry('key', 'name', 'base', 'type', 'format', 'path', 'file_size', 'source');
  const part = entry('source', 'dest', 'status', 'bytes', 'total_bytes', 'resume_required', 'resume_message', 'access_token');
  const oddJob = fc.tuple(
    entry('id', 'status', 'source', 'bytes', 'total_bytes', 'error', 'error_reason'),
    fc.array(part, { maxLength: 3 }),
  );
  const starter = entry('source', 'name', 'description', 'base', 'type', 'is_installed', 'dependencies');
  fc.assert(
    fc.property(fc.array(model), fc.array(oddJob), fc.array(starter), fc.jsonValue(), (models, jobs, starters, anything) => {
      InstalledModel.array().parse(readModels({ models }, { models }));
      const read = readJobs(jobs.map(([fields, parts]) => ({ ...fields, download_parts: parts })));
      InstallJob.array().parse(read.map((one) => ({ ...one, bytesPerSecond: null, leftMs: null, isCancelling: false })));
      StarterList.parse(
        readStarters({ starter_models: starters, starter_bundles: { a: starters, b: { name: anything, models: starters } } }),
      );
      for (const document of [
        anything,
        { models: anything },
        { starter_models: anything, starter_bundles: anything },
        { config: anything },
      ]) {
        readModels(document, document);
        readJobs(document);
        StarterList.parse(readStarters(document));
        HfLogin.parse(readHfLogin(document));
        CacheFact.array().parse(readCache(document));
      }
    }),
  );
});
