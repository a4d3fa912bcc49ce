import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUnitsRequest } from '../../../foundation/host-reader/answers.ts';
import { panelErrorOf } from '../../../testing/errors.ts';
import { EARLIER_ENV } from '../../setup/recipes/images-shim.ts';
import { SHIM_ENV, SHIM_UNIT, SHIM_UNIT_PATH } from '../../setup/recipes/shim-steps.ts';
import type { Finding } from '../check.ts';
import { type FakeAnswers, type FakeWorld, fakeSources, fileLines, find, replyOf } from '../testing/fake-sources.ts';
import { BACKEND_CHECKS } from './backend.ts';
import { knownFaultOf } from './known-versions.ts';
import { readImageNames } from './shim-models.ts';
import { readPresets } from './shim-settings.ts';

const NOW = 1_795_000_000_000;
const stamp = (agoMs: number): string => new Date(NOW - agoMs).toISOString().replace('T', ' ').replace('Z', '');
const INVOKEAI = 'invokeai.service';
const COMFYUI = 'comfyui.service';
const BACKENDS = readUnitsRequest([INVOKEAI, COMFYUI]);
const UNITS = readUnitsRequest([INVOKEAI, SHIM_UNIT, COMFYUI, 'nginx.service']);
const states = (o: { readonly comfyui?: string; readonly invokeai?: string; readonly shim?: string } = {}): readonly string[] => [
  `Id=${INVOKEAI}`,
  'LoadState=loaded',
  `ActiveState=${o.invokeai ?? 'active'}`,
  'UnitFileState=enabled',
  `FragmentPath=/etc/systemd/system/${INVOKEAI}`,
  '',
  `Id=${SHIM_UNIT}`,
  `LoadState=${o.shim ?? 'loaded'}`,
  'ActiveState=active',
  `FragmentPath=${SHIM_UNIT_PATH}`,
  '',
  `Id=${COMFYUI}`,
  'LoadState=loaded',
  `ActiveState=${o.comfyui ?? 'inactive'}`,
  'UnitFileState=disabled',
];
const INVOKEAI_FILE = '[Service]\nUser=invokeai\nExecStart=/var/lib/invokeai/venv/bin/invokeai-web --root /var/lib/invokeai\n';
const SHIM_FILE =
  '[Service]\nUser=invokeai\nEnvironmentFile=/etc/ada-images-shim/shim.env\nExecStart=/usr/bin/node /opt/ada-images-shim/images-shim.cjs\n';
const PYTHON_FILE = SHIM_FILE.replace(/ExecStart=.*/, 'ExecStart=/var/lib/invokeai/venv/bin/python -m uvicorn openai_images_shim:app');
const PRESETS = '{"fast":{"model":"Dreamshaper 8","steps":20,"cfg_scale":7},"slow":"Juggernaut XL v9"}';
const ENV = `SHIM_MODE=invokeai_queue\nINVOKEAI_DEFAULT_MODEL=Juggernaut XL v9\nSHIM_MODEL_PRESETS_JSON=${PRESETS}\n`;
const FOLDER = '755 invokeai invokeai 4096 1794000000.000000 directory';
const file = (path: string): string => `file ${path} 262144`;
const EARLIER_FOLDER = EARLIER_ENV.replace('/shim.env', '');

const host = (answers: FakeAnswers = {}): FakeAnswers => ({
  [BACKENDS]: states(),
  [UNITS]: states(),
  [file(`/etc/systemd/system/${INVOKEAI}`)]: fileLines(INVOKEAI_FILE),
  [file(SHIM_UNIT_PATH)]: fileLines(SHIM_FILE),
  [file(SHIM_ENV)]: fileLines(ENV),
  [file(EARLIER_ENV)]: 'absent',
  'user invokeai': ['invokeai:x:998:998::/var/lib/invokeai:/usr/sbin/nologin', 'invokeai'],
  'file /var/lib/invokeai/outputs 0': [FOLDER],
  'file /var/lib/invokeai/outputs/images 0': [FOLDER],
  [`list ${EARLIER_FOLDER}`]: 'absent',
  ...answers,
});

const main = (key: string, name: string, base: string) => ({ key, name, base, type: 'main', format: 'diffusers', path: `${base}/${name}` });
const MODELS = [
  main('k1', 'Juggernaut XL v9', 'sdxl'),
  main('k2', 'Dreamshaper 8', 'sd-1'),
  main('k3', 'FLUX Dev', 'flux'),
  main('k4', 'Old', 'sd-1'),
];
const queue = (counts: Readonly<Record<string, number>> = {}, processor: Readonly<Record<string, boolean>> = {}) => ({
  queue: { pending: 0, in_progress: 0, completed: 9, failed: 1, canceled: 0, ...counts },
  processor: { is_started: true, is_processing: false, ...processor },
});
const job = (itemId: number, status: string) => ({
  item_id: itemId,
  status,
  destination: 'openai-images',
  created_at: stamp(600_000),
  ...(status === 'failed' ? { error_type: 'OutOfMemoryError', error_message: 'CUDA out of memory' } : {}),
});
const INVOKEAI_REPLIES = {
  'GET /api/v1/app/version': replyOf(200, { version: '6.14.2' }),
  'GET /api/v1/auth/status': replyOf(200, { setup_required: false, multiuser_enabled: false }),
  'GET /api/v2/models/': replyOf(200, { models: MODELS }),
  'GET /api/v2/models/missing': replyOf(200, { models: [MODELS[3]] }),
  'GET /api/v1/app/generation_device_options': replyOf(200, [{ device: 'cuda:0', name: 'NVIDIA RTX 6000 Ada Generation' }]),
  'GET /api/v1/app/app_deps': replyOf(200, { torch: '2.7.1+cu128', CUDA: '12.8' }),
  'GET /api/v1/queue/default/status': replyOf(200, queue()),
  'GET /api/v1/queue/default/item_ids?order_dir=DESC': replyOf(200, { item_ids: [3, 2, 1], total_count: 3 }),
  'POST /api/v1/queue/default/items_by_ids': replyOf(200, [job(1, 'failed'), job(2, 'completed'), job(3, 'failed')]),
};
const listed = (name: string, key: string) => ({ id: name, owned_by: 'invokeai', name, metadata: { base: 'sdxl', type: 'main', key } });
const LIST = {
  object: 'list',
  data: [{ id: 'fast', owned_by: 'shim', metadata: {} }, listed('Juggernaut XL v9', 'k1'), listed('Dreamshaper 8', 'k2')],
  shim: { upstream_error: null, preset_names: ['fast'] },
};
const READY = { status: 'ok', mode: 'invokeai_queue', shim_build: 'ada-1', links: [] };
const SHIM_REPLIES = {
  'GET /healthz': replyOf(200, { status: 'ok' }),
  'GET /readyz': replyOf(200, READY),
  'GET /v1/models?raw=true': replyOf(200, LIST),
};
const STATS = (type: string, name: string) => ({
  system: { comfyui_version: '0.3.64', pytorch_version: '2.7.1+cu128' },
  devices: [{ name, type, vram_total: 48_000_000_000, vram_free: 40_000_000_000 }],
});
const COMFYUI_REPLIES = {
  'GET /system_stats': replyOf(200, STATS('cuda', 'cuda:0 NVIDIA RTX 6000 Ada Generation : cudaMallocAsync')),
  'GET /queue': replyOf(200, { queue_running: [], queue_pending: [] }),
  'GET /models/checkpoints': replyOf(200, ['dreamshaper_8.safetensors']),
};
type Changes = { readonly answers?: FakeAnswers; readonly invokeai?: object; readonly shim?: object; readonly comfyui?: object };
const world = (o: Changes = {}): FakeWorld => ({
  nowMs: NOW,
  host: host(o.answers),
  http: {
    invokeai: { ...INVOKEAI_REPLIES, ...o.invokeai },
    shim: { ...SHIM_REPLIES, ...o.shim },
    comfyui: { ...COMFYUI_REPLIES, ...o.comfyui },
  },
});
const findIn = (id: string, changes: Changes = {}): Promise<Finding> => find(BACKEND_CHECKS, id, world(changes));
const withEnv = (env: string, unit = SHIM_FILE): Changes => ({
  answers: { [file(SHIM_ENV)]: fileLines(env), [file(SHIM_UNIT_PATH)]: fileLines(unit) },
});
const NO_ANSWER = panelErrorOf('invokeai-unreachable', 'network');
const COMFYUI_RUNS: FakeAnswers = { [BACKENDS]: states({ comfyui: 'active', invokeai: 'inactive' }) };

describe('checks of InvokeAI, ComfyUI and the images shim', () => {
  it('pass on a healthy host, with figures', async () => {
    const found = await Promise.all(BACKEND_CHECKS.map(async ({ id }) => [id, await findIn(id)] as const));
    expect(Object.fromEntries(found.map(([id, { verdict, summary }]) => [id, `${verdict}: ${summary}`]))).toEqual({
      'invokeai-api': 'pass: InvokeAI 6.14.2 responded in 3 ms',
      'invokeai-version': 'pass: 6.14.2 has no known fault',
      'invokeai-login': 'pass: No login is needed',
      'invokeai-models': 'pass: 3 models for images: Dreamshaper 8, Juggernaut XL v9, Old',
      'invokeai-model-files': 'pass: Only files of models that nothing here uses are missing: Old',
      'invokeai-device': 'pass: It uses NVIDIA RTX 6000 Ada Generation',
      'invokeai-queue': 'pass: The queue is empty and takes jobs',
      'invokeai-failed-jobs': 'pass: 2 of the newest 3 jobs failed, not the newest two',
      'comfyui-api': 'skipped: ComfyUI is not in use on this host',
      'comfyui-device': 'skipped: ComfyUI is not in use on this host',
      'comfyui-queue': 'skipped: ComfyUI is not in use on this host',
      'comfyui-models': 'skipped: ComfyUI is not in use on this host',
      'shim-api': 'pass: The images shim responded in 3 ms',
      'shim-ready': 'pass: It can make an image now',
      'shim-mode': 'pass: It hands requests to InvokeAI (mode invokeai_queue)',
      'shim-build': 'pass: Build ada-1',
      'shim-models': 'pass: It sees 2 models and has 1 preset',
      'shim-presets': 'pass: The models of all presets are installed: fast, slow',
      'shim-default-model': 'pass: The default model Juggernaut XL v9 is installed',
      'shim-guidance': 'pass: Every preset has a guidance of at least 1',
      'shim-template': 'skipped: The images shim needs no graph template',
      'invokeai-outputs': 'pass: invokeai can write to /var/lib/invokeai/outputs/images',
      'shim-last-image': 'skipped: No file for the last image is set',
      'shim-failed-graphs': 'skipped: There is no folder of the earlier shim in Python',
    });
  });

  const IDLE_SINCE = { created_at: stamp(60_000), item_id: 5, status: 'pending' };
  it.each<readonly [string, string, Changes, Finding['verdict'], RegExp]>([
    ['invokeai-api', 'no answer', { invokeai: { 'GET /api/v1/app/version': NO_ANSWER } }, 'fail', /./],
    [
      'invokeai-api',
      'an error',
      { invokeai: { 'GET /api/v1/app/version': replyOf(500, 'Internal Server Error') } },
      'fail',
      /returned 500/,
    ],
    ['invokeai-api', 'a page', { invokeai: { 'GET /api/v1/app/version': replyOf(200, '<html>') } }, 'unknown', /no JSON/],
    ['invokeai-api', 'another program', { invokeai: { 'GET /api/v1/app/version': replyOf(200, { hello: 1 }) } }, 'fail', /Another program/],
    [
      'invokeai-version',
      '5.0',
      { invokeai: { 'GET /api/v1/app/version': replyOf(200, { version: '5.0.2' }) } },
      'fail',
      /do not name the jobs/,
    ],
    [
      'invokeai-version',
      'a candidate',
      { invokeai: { 'GET /api/v1/app/version': replyOf(200, { version: '6.14.0rc2' }) } },
      'warn',
      /pre-release/,
    ],
    [
      'invokeai-version',
      'no version',
      { invokeai: { 'GET /api/v1/app/version': replyOf(200, { version: 'x' }) } },
      'unknown',
      /cannot be read/,
    ],
    [
      'invokeai-login',
      'an old version',
      { invokeai: { 'GET /api/v1/auth/status': replyOf(404, { detail: 'Not Found' }) } },
      'pass',
      /no logins/,
    ],
    ['invokeai-login', 'no answer', { invokeai: { 'GET /api/v1/auth/status': replyOf(200, 'x') } }, 'unknown', /not reported/],
    [
      'invokeai-models',
      'none',
      { invokeai: { 'GET /api/v2/models/': replyOf(200, { models: [MODELS[2]] }) } },
      'fail',
      /^No SD 1.5 or SDXL/,
    ],
    ['invokeai-models', 'garbage', { invokeai: { 'GET /api/v2/models/': replyOf(200, [1]) } }, 'unknown', /not reported/],
    [
      'invokeai-model-files',
      'a used one',
      { invokeai: { 'GET /api/v2/models/missing': replyOf(200, { models: [MODELS[0]] }) } },
      'fail',
      /that is used.*Juggernaut/,
    ],
    [
      'invokeai-model-files',
      'all',
      { invokeai: { 'GET /api/v2/models/missing': replyOf(200, { models: MODELS }) } },
      'fail',
      /all 3 models/,
    ],
    ['invokeai-model-files', 'an old version', { invokeai: { 'GET /api/v2/models/missing': replyOf(404, {}) } }, 'unknown', /6\.12/],
    [
      'invokeai-device',
      'the CPU',
      { invokeai: { 'GET /api/v1/app/generation_device_options': replyOf(200, [{ device: 'cpu', name: 'CPU' }]) } },
      'warn',
      /only the CPU/,
    ],
    [
      'invokeai-device',
      'an old version',
      { invokeai: { 'GET /api/v1/app/generation_device_options': replyOf(404, {}) } },
      'unknown',
      /6\.14/,
    ],
    [
      'invokeai-queue',
      'paused',
      { invokeai: { 'GET /api/v1/queue/default/status': replyOf(200, queue({}, { is_started: false })) } },
      'warn',
      /^The queue is paused$/,
    ],
    [
      'invokeai-queue',
      'paused with jobs',
      { invokeai: { 'GET /api/v1/queue/default/status': replyOf(200, queue({ pending: 2 }, { is_started: false })) } },
      'fail',
      /2 jobs wait/,
    ],
    [
      'invokeai-queue',
      'stalled',
      {
        invokeai: {
          'GET /api/v1/queue/default/status': replyOf(200, queue({ pending: 3 })),
          'GET /api/v1/queue/default/next': replyOf(200, IDLE_SINCE),
        },
      },
      'fail',
      /No job runs while 3 wait, the first for 1 min/,
    ],
    [
      'invokeai-queue',
      'stuck',
      {
        invokeai: {
          'GET /api/v1/queue/default/status': replyOf(200, queue({ in_progress: 1, pending: 1 })),
          'GET /api/v1/queue/default/current': replyOf(200, { ...job(4, 'in_progress'), started_at: stamp(1_200_000) }),
        },
      },
      'fail',
      /runs for 20 min/,
    ],
    [
      'invokeai-queue',
      'working',
      {
        invokeai: {
          'GET /api/v1/queue/default/status': replyOf(200, queue({ in_progress: 1 })),
          'GET /api/v1/queue/default/current': replyOf(200, { ...job(4, 'in_progress'), started_at: stamp(8_000) }),
        },
      },
      'pass',
      /runs for 8 s/,
    ],
    [
      'invokeai-queue',
      'garbage',
      { invokeai: { 'GET /api/v1/queue/default/status': replyOf(200, { queue: 'x' }) } },
      'unknown',
      /not reported/,
    ],
    [
      'invokeai-failed-jobs',
      'the newest',
      { invokeai: { 'POST /api/v1/queue/default/items_by_ids': replyOf(200, [job(3, 'failed'), job(2, 'failed'), job(1, 'completed')]) } },
      'warn',
      /2 of the newest 3.*out of memory/,
    ],
    [
      'invokeai-failed-jobs',
      'garbage',
      { invokeai: { 'POST /api/v1/queue/default/items_by_ids': replyOf(200, 'x') } },
      'unknown',
      /not reported/,
    ],
    ['comfyui-api', 'running', { answers: COMFYUI_RUNS }, 'pass', /ComfyUI 0\.3\.64/],
    ['comfyui-api', 'down', { answers: COMFYUI_RUNS, comfyui: { 'GET /system_stats': NO_ANSWER } }, 'fail', /./],
    ['comfyui-device', 'the GPU', { answers: COMFYUI_RUNS }, 'pass', /RTX 6000 Ada Generation, 37\.3 GiB/],
    [
      'comfyui-device',
      'the CPU',
      { answers: COMFYUI_RUNS, comfyui: { 'GET /system_stats': replyOf(200, STATS('cpu', 'cpu')) } },
      'warn',
      /only the CPU/,
    ],
    ['comfyui-device', 'garbage', { answers: COMFYUI_RUNS, comfyui: { 'GET /system_stats': replyOf(200, {}) } }, 'unknown', /not reported/],
    ['comfyui-queue', 'empty', { answers: COMFYUI_RUNS }, 'pass', /^0 running, 0 waiting/],
    [
      'comfyui-queue',
      'stalled',
      { answers: COMFYUI_RUNS, comfyui: { 'GET /queue': replyOf(200, { queue_running: [], queue_pending: [[1, 'a', {}, {}, []]] }) } },
      'fail',
      /while 1 waits/,
    ],
    ['comfyui-queue', 'garbage', { answers: COMFYUI_RUNS, comfyui: { 'GET /queue': replyOf(200, []) } }, 'unknown', /not reported/],
    ['comfyui-models', 'one', { answers: COMFYUI_RUNS }, 'pass', /^1 checkpoint: dreamshaper/],
    [
      'comfyui-models',
      'none',
      { answers: COMFYUI_RUNS, comfyui: { 'GET /models/checkpoints': replyOf(200, []) } },
      'fail',
      /^No checkpoint/,
    ],
    [
      'comfyui-models',
      'garbage',
      { answers: COMFYUI_RUNS, comfyui: { 'GET /models/checkpoints': replyOf(200, {}) } },
      'unknown',
      /not reported/,
    ],
    ['invokeai-api', 'another in use', { answers: COMFYUI_RUNS }, 'skipped', /not in use/],
    ['shim-api', 'an error', { shim: { 'GET /healthz': replyOf(503, {}) } }, 'fail', /503/],
    ['shim-api', 'garbage', { shim: { 'GET /healthz': replyOf(200, 'ok\n') } }, 'unknown', /Another program/],
    ['shim-api', 'no unit', { answers: { [UNITS]: states({ shim: 'not-found' }) } }, 'skipped', /no images shim/],
    [
      'shim-ready',
      'not ready',
      { shim: { 'GET /readyz': replyOf(503, { ...READY, links: [{ name: 'queue', ok: false, said: 'The InvokeAI queue is paused.' }] }) } },
      'fail',
      /now: The InvokeAI queue is paused/,
    ],
    ['shim-ready', 'garbage', { shim: { 'GET /readyz': replyOf(200, 'x') } }, 'unknown', /Another program/],
    ['shim-mode', 'stub', { shim: { 'GET /readyz': replyOf(503, { ...READY, mode: 'stub' }) } }, 'fail', /one pixel/],
    ['shim-mode', 'the unit alone', { shim: { 'GET /readyz': replyOf(502, { detail: 'Upstream URL error' }) } }, 'pass', /invokeai_queue/],
    ['shim-build', 'Python', { shim: { 'GET /readyz': replyOf(200, { ...READY, shim_build: '2026-01-16i' }) } }, 'warn', /in Python/],
    ['shim-build', 'none', { shim: { 'GET /readyz': replyOf(502, { detail: 'x' }) } }, 'unknown', /did not report/],
    [
      'shim-models',
      'unreadable',
      { shim: { 'GET /v1/models?raw=true': replyOf(200, { ...LIST, data: [], shim: { upstream_error: 'refused' } }) } },
      'fail',
      /cannot read the models: refused/,
    ],
    ['shim-models', 'none', { shim: { 'GET /v1/models?raw=true': replyOf(200, { ...LIST, data: [] }) } }, 'fail', /no model/],
    ['shim-models', 'garbage', { shim: { 'GET /v1/models?raw=true': replyOf(200, 'x') } }, 'unknown', /cannot be read/],
    ['shim-presets', 'a missing model', withEnv(ENV.replace('Dreamshaper 8', 'SDXL Turbo')), 'fail', /fast → SDXL Turbo/],
    ['shim-presets', 'broken', withEnv('SHIM_MODEL_PRESETS_JSON={"a":\n'), 'fail', /no JSON object/],
    ['shim-presets', 'none', withEnv('SHIM_MODE=invokeai_queue\n'), 'skipped', /No presets/],
    ['shim-presets', 'not known', { shim: { 'GET /v1/models?raw=true': replyOf(502, {}) } }, 'unknown', /not reported/],
    [
      'shim-default-model',
      'missing',
      withEnv(ENV.replace('=Juggernaut XL v9', '=sd-xl-base-1.0')),
      'warn',
      /sd-xl-base-1\.0 is not installed/,
    ],
    ['shim-default-model', 'a preset', withEnv(ENV.replace('=Juggernaut XL v9', '=Fast')), 'pass', /Dreamshaper 8 is installed/],
    ['shim-guidance', 'low in Python', withEnv(ENV.replace('"cfg_scale":7', '"cfg_scale":0'), PYTHON_FILE), 'fail', /fast: cfg_scale 0/],
    ['shim-guidance', 'low', withEnv(ENV.replace('"cfg_scale":7', '"cfg_scale":0')), 'pass', /raises guidance/],
    ['shim-guidance', 'unreadable', { answers: { [file(SHIM_UNIT_PATH)]: 'denied' } }, 'unknown', /could not be read/],
    [
      'shim-failed-graphs',
      'some',
      { answers: { [`list ${EARLIER_FOLDER}`]: ['shim.env', `failed_graph_${NOW - 180_000}.json`] } },
      'warn',
      /^1 request failed.*3 min ago/,
    ],
    ['shim-failed-graphs', 'none', { answers: { [`list ${EARLIER_FOLDER}`]: ['shim.env'] } }, 'pass', /no graph/],
    ['shim-failed-graphs', 'denied', { answers: { [`list ${EARLIER_FOLDER}`]: 'denied' } }, 'unknown', /./],
    [
      'invokeai-outputs',
      'of root',
      { answers: { 'file /var/lib/invokeai/outputs 0': ['755 root root 4096 1794000000.000000 directory'] } },
      'fail',
      /cannot write to \/var\/lib\/invokeai\/outputs,/,
    ],
    [
      'invokeai-outputs',
      'of its group',
      { answers: { 'file /var/lib/invokeai/outputs/images 0': ['775 root invokeai 4096 1794000000.000000 directory'] } },
      'pass',
      /can write/,
    ],
    ['invokeai-outputs', 'denied', { answers: { 'file /var/lib/invokeai/outputs 0': 'denied' } }, 'unknown', /could not be read/],
    ['invokeai-outputs', 'no unit', { answers: { [file(`/etc/systemd/system/${INVOKEAI}`)]: 'absent' } }, 'unknown', /could not be read/],
  ])('%s: %s', async (id, _what, changes, verdict, summary) => {
    const found = await findIn(id, changes);
    expect(found).toMatchObject({ verdict, summary: expect.stringMatching(summary) });
    expect(found.remedy === null).toBe(verdict === 'pass' || verdict === 'skipped');
  });

  it('tell logins that the panel has from those that it lacks', async () => {
    const on = { 'GET /api/v1/auth/status': replyOf(200, { setup_required: false, multiuser_enabled: true }) };
    expect(await findIn('invokeai-login', { invokeai: on })).toMatchObject({
      verdict: 'pass',
      summary: expect.stringContaining('signed in'),
    });
    const needed = panelErrorOf('invokeai-login-needed', 'backend');
    expect(await findIn('invokeai-login', { invokeai: { ...on, 'GET /api/v2/models/': needed } })).toMatchObject({ verdict: 'fail' });
    await expect(findIn('invokeai-login', { invokeai: { ...on, 'GET /api/v2/models/': NO_ANSWER } })).rejects.toThrow();
  });

  describe('the graph template of the earlier shim', () => {
    const TEMPLATE = `${EARLIER_FOLDER}/graph_template.json`;
    const env = `${ENV}SHIM_GRAPH_TEMPLATE_PATH=${TEMPLATE}\n`;
    const template = (key: string) => fileLines(JSON.stringify({ nodes: [{ model: { key, name: 'Juggernaut XL v9', base: 'sdxl' } }] }));
    const findTemplate = (lines: readonly string[] | 'absent') => {
      const { answers } = withEnv(env, PYTHON_FILE);
      return findIn('shim-template', { answers: { ...answers, [file(TEMPLATE)]: lines } });
    };

    it('is held against the models that there are', async () => {
      expect(await findTemplate(template('k1'))).toMatchObject({ verdict: 'pass' });
      expect(await findTemplate(template('2cbc1399'))).toMatchObject({
        verdict: 'fail',
        summary: expect.stringContaining('Juggernaut XL v9 (2cbc1399)'),
      });
      expect(await findTemplate('absent')).toMatchObject({ verdict: 'unknown' });
      expect(await findTemplate(fileLines('{'))).toMatchObject({ verdict: 'unknown' });
    });
  });

  describe('the last image', () => {
    const PATH = '/var/lib/invokeai/last.png';
    const PNG = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR4nGNgYGAgD41qGNUwqoEyDQBgZAEBnSbwSQAAAABJRU5ErkJggg==',
      'base64',
    );
    const stat = (bytes: number): string => `644 invokeai invokeai ${bytes} ${NOW / 1000 - 240}.000000 regular file`;
    const findImage = (answer: readonly string[] | 'absent' | 'denied') => {
      const { answers } = withEnv(`${ENV}SHIM_SAVE_LAST_IMAGE_PATH=${PATH}\n`);
      return findIn('shim-last-image', { answers: { ...answers, [`file ${PATH} 4194304`]: answer } });
    };
    const tiny = Buffer.from(PNG);
    tiny.writeUInt32BE(1, 16);
    tiny.writeUInt32BE(1, 20);

    it('is looked at: size, age and whether it is whole', async () => {
      expect(await findImage([stat(PNG.length), PNG.toString('base64')])).toMatchObject({
        verdict: 'pass',
        summary: expect.stringMatching(/^PNG of 16 × 16, \d+ B, saved 4 min ago$/),
      });
      const half = PNG.subarray(0, 40);
      expect(await findImage([stat(half.length), half.toString('base64')])).toMatchObject({ verdict: 'fail' });
      expect(await findImage([stat(9), Buffer.from('no image!').toString('base64')])).toMatchObject({ verdict: 'fail' });
      expect(await findImage([stat(tiny.length), tiny.toString('base64')])).toMatchObject({
        verdict: 'fail',
        summary: expect.stringContaining('1 × 1'),
      });
      expect(await findImage('absent')).toMatchObject({ verdict: 'warn' });
      expect(await findImage('denied')).toMatchObject({ verdict: 'unknown' });
    });
  });

  it.each([
    ['3.6.2', 'fail'],
    ['4.2.7', 'fail'],
    ['5.3.0', 'warn'],
    ['5.15.0', 'warn'],
    ['6.8.1', null],
    ['6.9.0', 'warn'],
    ['6.12.0.post1', null],
    ['6.13.0a1', 'warn'],
    ['7.0.0', null],
    ['', undefined],
  ] as const)('know the faults of InvokeAI %s', (version, verdict) => {
    const found = knownFaultOf(version);
    expect(found === null || found === undefined ? found : found.verdict).toBe(verdict);
  });

  it('neither throw nor pass on replies and files of any kind', async () => {
    const anything = fc.oneof(fc.string(), fc.json(), fc.constantFrom('{}', '[]', 'null', '{"models":[],"data":[],"queue":{}}'));
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom(200, 401, 500), async (body, status) => {
        const reply = replyOf(status, body);
        const any = (known: object) => Object.fromEntries(Object.keys(known).map((key) => [key, reply]));
        const http = { invokeai: any(INVOKEAI_REPLIES), shim: any(SHIM_REPLIES), comfyui: any(COMFYUI_REPLIES) };
        const files = Object.fromEntries([SHIM_UNIT_PATH, SHIM_ENV, `/etc/systemd/system/${INVOKEAI}`].map((path) => [file(path), [body]]));
        for (const { id } of BACKEND_CHECKS) {
          const answers = {
            ...COMFYUI_RUNS,
            [BACKENDS]: states({ comfyui: 'active' }),
            ...files,
            'file /var/lib/invokeai/outputs 0': [body],
          };
          const found = await findIn(id, { answers, ...http });
          // A list of texts is one of checkpoints.
          if (id !== 'comfyui-models') expect([id, found.verdict]).not.toEqual([id, 'pass']);
        }
        readPresets(body);
        readImageNames(reply.body);
      }),
      { numRuns: 60 },
    );
  });

  it('are unknown on a host that cannot be read', async () => {
    for (const check of BACKEND_CHECKS) {
      const gone = fakeSources({ host: panelErrorOf('ssh-connection-lost', 'ssh') });
      await expect((async () => check.run(gone))(), check.id).rejects.toThrow();
    }
  });
});
