import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INSTALL_STATES, type InstalledModel, type InstallJob, type StarterModel } from '../../../shared/capabilities/models/contract.ts';
import { RECOMMENDED } from '../../../shared/recommended-models.ts';
import { isInstalledOrQueued, isStarterInstalledOrQueued } from './installed-sources.ts';
import { describeJob } from './job-text.ts';
import { filtered, searchedStarters, shareOf, sizeOfAll } from './model-search.ts';
import { describeBase, describeDeletion, describeFreed, describeRestart, describeShortage, describeSizes, describeType } from './text.ts';

const GiB = 1024 ** 3;
const job = (change: Partial<InstallJob> = {}): InstallJob => ({
  jobId: 0,
  source: 'org/name:fp16',
  state: 'downloading',
  bytes: GiB,
  totalBytes: 4 * GiB,
  bytesPerSecond: 50 * 1024 ** 2,
  leftMs: 62_000,
  files: [],
  needsDecision: null,
  isCancelling: false,
  isRecognised: null,
  error: null,
  ...change,
});
const model = (change: Partial<InstalledModel> = {}): InstalledModel => ({
  key: 'a',
  name: 'Dreamshaper 8',
  base: 'sd-1',
  type: 'main',
  format: 'diffusers',
  bytes: 2 * GiB,
  path: 'a/dreamshaper',
  source: 'Lykon/dreamshaper-8:fp16',
  isMissing: false,
  isRecognised: true,
  isManaged: true,
  ...change,
});

describe('whether a model is had', () => {
  const had = (source: string, from: string) => isInstalledOrQueued(source, { models: [model({ source: from })], jobs: [] });

  it.each([
    ['org/name:fp16', 'org/name:fp16', true],
    ['org/name:fp16', 'org/name', true],
    ['org/name', 'org/name:fp32', true],
    ['org/name::vae', 'org/name:fp16::vae', true],
    ['org/name:fp16:vae', 'org/name::vae', true],
    ['org/name', 'org/name-2', false],
    ['org/t5::bfloat16', 'org/t5::bnb_llm_int8', false],
    ['org/name', 'org/name::vae', false],
    ['https://civitai.example/a.safetensors', 'https://civitai.example/a.safetensors', true],
    ['https://civitai.example/a.safetensors', 'https://civitai.example/b.safetensors', false],
    ['https://huggingface.co/org/name/resolve/main/a.safetensors', 'https://civitai.example/b.safetensors', false],
    ['/mnt/models/a.safetensors', '/mnt/models/b.safetensors', false],
  ])('%s, where %s is installed: %s', (source, from, is) => {
    expect(had(source, from)).toBe(is);
  });

  it.each([
    ['was not recognised', { isRecognised: false }],
    ['has no files any more', { isMissing: true }],
  ])('what %s is not had, whatever InvokeAI says of its record', (_what, change) => {
    const state = { models: [model({ source: 'org/name', ...change })], jobs: [] };
    expect(isInstalledOrQueued('org/name:fp16', state)).toBe(false);
    const starter = {
      source: 'org/name',
      name: 'N',
      description: '',
      base: 'sdxl',
      type: 'main',
      isInstalled: true,
      bytes: null,
      needs: [],
    };
    expect(isStarterInstalledOrQueued(starter, state)).toBe(false);
    expect(isStarterInstalledOrQueued({ ...starter, source: 'org/other' }, state)).toBe(true);
    expect(isStarterInstalledOrQueued(starter, { ...state, models: [...state.models, model({ source: 'org/name', key: 'good' })] })).toBe(
      true,
    );
  });

  it('it is on its way while its job lives, and no longer', () => {
    const [sdxl] = RECOMMENDED;
    const states = INSTALL_STATES.filter((state) =>
      isInstalledOrQueued(sdxl.id, { models: null, jobs: [job({ source: sdxl.id.split(':')[0] ?? '', state })] }),
    );
    expect(states).toEqual(['waiting', 'downloading', 'downloads_done', 'running', 'paused', 'unknown']);
    expect(isInstalledOrQueued(sdxl.id, { models: [model({ source: null })], jobs: [] })).toBe(false);
  });
});

describe('an install in words', () => {
  it('says how much, how fast and how long, as far as that is known', () => {
    expect(describeJob(job()).detail).toBe('1.0 GiB of 4.0 GiB, 50.0 MiB/s, 1 min 2 s left');
    expect(describeJob(job({ bytesPerSecond: null, leftMs: null })).detail).toBe('1.0 GiB of 4.0 GiB, measuring the speed');
    expect(describeJob(job({ totalBytes: null, leftMs: null })).detail).toBe('1.0 GiB, 50.0 MiB/s');
    expect(describeJob(job({ state: 'waiting', bytes: 0 })).detail).toBe('starts after the previous install');
  });

  it('says what has to be decided, and why it failed, in InvokeAI’s words where the panel has none', () => {
    expect(describeJob(job({ state: 'paused', needsDecision: 'The file changed.' })).detail).toBe('1.0 GiB of 4.0 GiB. The file changed.');
    const failed = (reason: string) => describeJob(job({ state: 'error', error: { reason, text: 'At a/b.' } })).detail;
    expect(failed('DuplicateModelException')).toBe('This model is already installed.');
    expect(failed('SomeError')).toBe('InvokeAI reports: At a/b (SomeError).');
    expect(failed('constructor')).toBe('InvokeAI reports: At a/b (constructor).');
    expect(describeJob(job({ state: 'error' })).detail).toBe('no reason reported');
  });

  it('has a word for every state, and each its own colour of meaning', () => {
    const tones = Object.fromEntries(INSTALL_STATES.map((state) => [state, describeJob(job({ state })).tone]));
    expect(tones).toEqual({
      waiting: 'busy',
      downloading: 'busy',
      downloads_done: 'busy',
      running: 'busy',
      paused: 'warning',
      completed: 'good',
      error: 'bad',
      cancelled: 'off',
      unknown: 'unknown',
    });
  });

  it('says that nothing arrives any more, and never a time left by the tail of an average', () => {
    expect(describeJob(job({ bytesPerSecond: 0, leftMs: null }))).toEqual({
      tone: 'warning',
      word: 'stalled',
      detail: '1.0 GiB of 4.0 GiB, stalled: no data for 15 s or longer',
    });
  });

  it('is not installed in green where InvokeAI could not identify what it got', () => {
    expect(describeJob(job({ state: 'completed', isRecognised: false }))).toMatchObject({ tone: 'warning', word: 'not recognised' });
    expect(describeJob(job({ state: 'completed', isRecognised: true }))).toMatchObject({ tone: 'good', word: 'installed' });
  });

  it('is cancelling until InvokeAI has confirmed it', () => {
    expect(describeJob(job({ isCancelling: true }))).toMatchObject({ tone: 'busy', word: 'cancelling' });
  });

  it('has a share only where the whole is known, and never more than all', () => {
    expect([job(), job({ totalBytes: null }), job({ bytes: 5 * GiB })].map(shareOf)).toEqual([0.25, null, 1]);
  });
});

describe('recommended models', () => {
  const starter = (change: Partial<StarterModel>): StarterModel => ({
    name: 'FLUX.1 Dune',
    description: 'For photographs. Total size: ~33GB',
    source: 'lab/dune',
    base: 'flux',
    type: 'main',
    isInstalled: false,
    bytes: 33e9,
    needs: [],
    ...change,
  });
  const all = [starter({}), starter({ name: 'SDXL Birch', source: 'lab/birch', base: 'sdxl', type: 'lora', description: '', bytes: null })];

  it('are found by every word of name, description, base and type', () => {
    const found = (search: string) => searchedStarters(all, search).map(({ source }) => source);
    expect(found('')).toHaveLength(2);
    expect(found('photographs flux')).toEqual(['lab/dune']);
    expect(found('LoRA sdxl')).toEqual(['lab/birch']);
    expect(found('photographs sdxl')).toEqual([]);
  });

  it('are summed up to what is stated, and say how much is not', () => {
    const words = (...sources: string[]) => describeSizes(sizeOfAll(sources, all));
    expect(words('lab/dune')).toBe('about 30.7 GiB');
    expect(words('lab/dune', 'lab/birch')).toBe('about 30.7 GiB and 1 of unknown size');
    expect(words('lab/birch', 'lab/nowhere')).toBe('size unknown');
  });
});

describe('the list in words', () => {
  it('names what people know, and leaves a new kind as it is, whatever it is called', () => {
    expect([describeBase('sdxl'), describeBase('krea-9'), describeType('lora'), describeType('clip_vision')]).toEqual([
      'SDXL',
      'krea-9',
      'LoRA',
      'clip vision',
    ]);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toString')), (name) => {
        expect([typeof describeBase(name), typeof describeType(name)]).toEqual(['string', 'string']);
      }),
    );
  });

  it('is searched by every word, also as people write it, and by type', () => {
    const models = [model(), model({ key: 'b', name: 'sdxl-vae', base: 'sdxl', type: 'vae', source: null })];
    const keys = (search: string, type: string | null = null) => filtered(models, { search, type }).map(({ key }) => key);
    expect(keys('')).toEqual(['a', 'b']);
    expect(keys('  SD  1.5 ')).toEqual(['a']);
    expect(keys('lykon diffusers')).toEqual(['a']);
    expect(keys('lykon sdxl')).toEqual([]);
    expect(keys('', 'vae')).toEqual(['b']);
  });

  it('says before a deletion what goes from the disk, and what stays', () => {
    expect(describeDeletion(model())).toContain('frees 2.0 GiB');
    expect(describeDeletion(model({ bytes: null }))).not.toContain('frees');
    expect(describeDeletion(model({ isManaged: false, path: '/mnt/a' }))).toContain('stays at /mnt/a');
    expect(describeDeletion(model({ isMissing: true }))).toContain('only the record');
  });

  it('says what freeing VRAM brought, also nothing, also nothing known', () => {
    expect(describeFreed('InvokeAI', { beforeMiB: 20_480, afterMiB: 1_024, isJobRunning: false })).toBe(
      '19.0 GiB of VRAM freed: 20.0 GiB before, 1.0 GiB after',
    );
    expect(describeFreed('InvokeAI', { beforeMiB: 1_024, afterMiB: 1_024, isJobRunning: false })).toContain('Nothing to free');
    expect(describeFreed('InvokeAI', { beforeMiB: 1_024, afterMiB: 9_024, isJobRunning: false })).toContain('Nothing to free');
    expect(describeFreed('InvokeAI', { beforeMiB: null, afterMiB: 0, isJobRunning: false })).toContain('unknown');
  });

  it('claims nothing that happens only after the job that runs', () => {
    const words = describeFreed('ComfyUI', { beforeMiB: 20_480, afterMiB: 20_480, isJobRunning: true });
    expect(words).toBe('Requested. ComfyUI is running a job and unloads its model after that. In use now: 20.0 GiB.');
  });
});

describe('describeShortage', () => {
  it('names what is missing beside a GiB that stays free, and nothing where it fits or is not known', () => {
    const GIB = 1024 ** 3;
    expect(describeShortage(7 * GIB, 2 * GIB)).toBe('Needs 6.0 GiB more disk space (2.0 GiB free)');
    expect(describeShortage(7 * GIB, 8 * GIB)).toBeNull();
    expect(describeShortage(7 * GIB, null)).toBeNull();
    expect(describeShortage(null, 2 * GIB)).toBeNull();
  });
});

it('a restart is safe exactly while no job runs', () => {
  const queue = {
    isStarted: true,
    isStalled: false,
    current: null,
    next: [],
    pending: 0,
    inProgress: 0,
    completed: 0,
    failed: 0,
    canceled: 0,
  };
  expect(describeRestart(queue)).toBe('Safe to restart: queue is empty.');
  expect(describeRestart({ ...queue, inProgress: 1 })).toBe('A restart of InvokeAI cancels the current job.');
  const next = [{ itemId: 1, prompt: 'a boat', from: 'this Playground', startedAt: null }];
  expect(describeRestart({ ...queue, pending: 1, next })).toBe(
    'Safe to restart; 1 waiting job continues afterwards. Next: a boat, from this Playground.',
  );
});
