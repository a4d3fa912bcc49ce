import { expect, it } from 'vitest';
import { type FakeAnswers, type FakeWorld, fileLines, find, replyOf } from '../testing/fake-sources.ts';
import { GATEWAY_MACHINE_CHECKS } from './gateway-machine.ts';

const APP = '/var/lib/gateway/app';
const ENV = `file ${APP}/.env 262144`;
const BACKENDS = `file ${APP}/app/backends_config.yaml 262144`;
const FOLDER = 'file /var/lib/gateway/data/ui_images 0';
const LOG = 'file /var/lib/gateway/data/requests.jsonl 0';
const UNIT = 'units gateway.service';
const unit = (active = 'active', file = 'enabled', load = 'loaded'): readonly string[] => [
  'Id=gateway.service',
  `LoadState=${load}`,
  `ActiveState=${active}`,
  'SubState=running',
  `UnitFileState=${file}`,
  'User=gateway',
];
const env = (text: string) => fileLines(text, { mode: '640', owner: 'gateway', group: 'gateway' });
const GOOD_ENV = 'IMAGES_BACKEND=http_openai_images\nIMAGES_BACKEND_CLASS=gpu_heavy\nIMAGES_HTTP_BASE_URL=http://ada2:7860\n';
const yaml = (limits: string) => fileLines(`backends:\n  gpu_heavy:\n    class: gpu_heavy\n${limits}`);
const folder = (owner: string, mode: string): readonly string[] => [`${mode} ${owner} ${owner} 4096 1795000000.000000 directory`];
const GOOD: FakeAnswers = {
  [ENV]: env(GOOD_ENV),
  [BACKENDS]: yaml('    concurrency_limits: {images: 2}\n'),
  [FOLDER]: folder('gateway', '750'),
  [LOG]: ['640 gateway gateway 9000 1795000000.000000 regular file'],
  [UNIT]: unit(),
  'user gateway': ['gateway:x:900:900::/var/lib/gateway:/bin/false', 'gateway'],
  'disk /var/lib/gateway/data': ['90000000000 100000000000 /'],
};

const STATUS = replyOf(200, {
  admission_control: { 'gpu_heavy.images': { limit: 2, available: 2, inflight: 0 } },
  backend_health: {},
});
const verdictOf = async (id: string, more: FakeAnswers) => {
  const world: FakeWorld = { gateway: { machine: { ...GOOD, ...more }, replies: { 'GET /v1/gateway/status': STATUS } } };
  return (await find(GATEWAY_MACHINE_CHECKS, id, world)).verdict;
};

it.each(GATEWAY_MACHINE_CHECKS.map(({ id }) => id))('%s passes where all is right', async (id) => {
  expect(await verdictOf(id, {})).toBe('pass');
});

it.each<[string, FakeAnswers, string]>([
  ['gateway_env', { [ENV]: env(GOOD_ENV.replace('http_openai_images', 'mock')) }, 'fail'],
  ['gateway_env', { [ENV]: env(GOOD_ENV.replace('IMAGES_HTTP_BASE_URL=http://ada2:7860\n', '')) }, 'fail'],
  ['gateway_env', { [ENV]: env(GOOD_ENV.replace('http_openai_images', 'http_a1111')) }, 'warn'],
  ['gateway_env', { [ENV]: env(GOOD_ENV.replace('gpu_heavy', 'gpu_fast')) }, 'warn'],
  ['gateway_env', { [ENV]: 'denied' }, 'unknown'],
  ['gateway_env', { [ENV]: 'absent' }, 'unknown'],
  ['gateway_image_folder', { [FOLDER]: folder('root', '755') }, 'fail'],
  ['gateway_image_folder', { [FOLDER]: 'absent' }, 'fail'],
  ['gateway_image_folder', { [FOLDER]: ['garbage'] }, 'unknown'],
  ['gateway_image_folder', { [FOLDER]: 'denied' }, 'unknown'],
  ['gateway_image_folder', { [UNIT]: [] }, 'unknown'],
  ['gateway_image_folder', { [ENV]: env(`${GOOD_ENV}UI_IMAGE_DIR=/srv/images\n`), 'file /srv/images 0': folder('root', '755') }, 'fail'],
  ['gateway_limits', { [BACKENDS]: yaml('    concurrency_limits: {images: 4}\n') }, 'warn'],
  ['gateway_limits', { [BACKENDS]: fileLines('backends:\n  other: {class: other}\n') }, 'fail'],
  ['gateway_limits', { [BACKENDS]: fileLines('backends: [') }, 'unknown'],
  ['gateway_limits', { [BACKENDS]: fileLines('7') }, 'unknown'],
  ['gateway_limits', { [BACKENDS]: 'denied' }, 'unknown'],
  ['gateway_request_log', { [ENV]: env('REQUEST_LOG_ENABLED=false\n') }, 'warn'],
  ['gateway_request_log', { [LOG]: 'absent' }, 'warn'],
  ['gateway_request_log', { [LOG]: 'denied' }, 'unknown'],
  ['gateway_disk', { 'disk /var/lib/gateway/data': ['500000000 100000000000 /'] }, 'fail'],
  ['gateway_disk', { 'disk /var/lib/gateway/data': ['3000000000 100000000000 /'] }, 'warn'],
  ['gateway_disk', { 'disk /var/lib/gateway/data': ['much little'] }, 'unknown'],
  ['gateway_disk', { 'disk /var/lib/gateway/data': [] }, 'unknown'],
  ['gateway_service', { [UNIT]: unit('failed') }, 'fail'],
  ['gateway_service', { [UNIT]: unit('active', 'disabled') }, 'warn'],
  ['gateway_service', { [UNIT]: unit('inactive', '', 'not-found') }, 'unknown'],
  ['gateway_service', { [UNIT]: ['garbage'] }, 'unknown'],
  ['gateway_service', { os: ['ID=macos'] }, 'skipped'],
])('%s, case %#', async (id, answers, verdict) => {
  expect(await verdictOf(id, answers)).toBe(verdict);
});

it('shows no token of the environment', async () => {
  const machine = { ...GOOD, [ENV]: env(`GATEWAY_BEARER_TOKEN=secret-token\n${GOOD_ENV}`) };
  const finding = await find(GATEWAY_MACHINE_CHECKS, 'gateway_env', { gateway: { machine } });
  expect(JSON.stringify(finding)).not.toContain('secret-token');
});

it('reads the folders that the environment names', () => {
  const reads = GATEWAY_MACHINE_CHECKS.find(({ id }) => id === 'gateway_image_folder')?.gatewayReads;
  const lines: FakeAnswers = { [ENV]: env('UI_IMAGE_DIR=/srv/images\nREQUEST_LOG_PATH=/srv/log\n'), [UNIT]: unit() };
  const answers = { get: (request: string) => ({ status: 'ok' as const, lines: (lines[request] as readonly string[] | undefined) ?? [] }) };
  expect(reads?.second?.(answers)).toEqual(['file /srv/images 0', 'file /srv/log 0', 'user gateway']);
});
