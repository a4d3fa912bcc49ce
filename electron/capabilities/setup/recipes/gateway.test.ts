import { expect, it } from 'vitest';
import { parseAnswers, readFileRequest, readUnitsRequest } from '../../../foundation/host-reader/answers.ts';
import { openSimulatedMac } from '../../../testing/simulated-mac.ts';
import type { GatewayOfHost } from '../api/operation.ts';
import { type ProbeResults, planSteps, probeKey } from '../engine/plan.ts';
import { NO_GATEWAY } from '../gateway-of-host.ts';
import { makePlan } from '../planner.ts';
import { createPrograms } from '../programs.ts';
import { completeValues, type ParameterValues } from '../recipe.ts';
import { standingOf } from '../standing.ts';
import { GATEWAY } from './gateway.ts';

const SHIPPED = { imagesShim: () => '', imagesShimUnit: () => '' };
const ENV = '/var/lib/gateway/app/.env';
const BACKENDS = '/var/lib/gateway/app/app/backends_config.yaml';
const YAML = 'backends:\n  heavy: {class: gpu_heavy, base_url: http://gpu:7860, concurrency_limits: {images: 2}}\n';

const fileRecord = (path: string, text: string | null): string =>
  text === null
    ? `\u001e${readFileRequest(path)} absent\n`
    : `\u001e${readFileRequest(path)} ok\n600 gateway gateway ${Buffer.byteLength(text)} 1764240000.0 regular file\n${Buffer.from(text).toString('base64')}\n`;

interface Tried {
  readonly env: string | null;
  readonly yaml: string | null;
  readonly values?: ParameterValues;
  readonly user?: string;
  readonly gateway?: GatewayOfHost;
  /** How the gateway's status and its health are found. */
  readonly proof?: 'done' | 'failed';
}

const USABLE: GatewayOfHost = {
  kind: 'usable',
  address: 'http://127.0.0.1:8800',
  client: {
    request: async () => {
      throw new Error('a plan requests nothing here');
    },
  },
};
const SET = 'IMAGES_BACKEND=http_openai_images\nIMAGES_BACKEND_CLASS=gpu_heavy\nIMAGES_HTTP_BASE_URL=http://gpu:7860\n';

function plan(o: Tried) {
  const unit = `Id=gateway.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\nUser=${o.user ?? 'gateway'}\n`;
  const answers = parseAnswers(
    `\u001e${readUnitsRequest(['gateway.service'])} ok\n${unit}${fileRecord(ENV, o.env)}${fileRecord(BACKENDS, o.yaml)}`,
  );
  const values = completeValues(GATEWAY, { baseUrl: 'http://gpu:7860', ...o.values });
  const facts = {
    distribution: 'debian',
    release: '12',
    prettyName: null,
    machine: 'x86_64',
    login: 'panel',
    pythons: new Map(),
    gpus: [],
    gpuProblem: null,
    memoryBytes: null,
    freeBytes: null,
    listeners: [],
  };
  const steps = GATEWAY.steps({
    values,
    facts,
    answers,
    shipped: SHIPPED,
    together: ['gateway'],
    gateway: o.gateway ?? NO_GATEWAY,
  });
  const placed = steps.map((step) => ({ id: step.id, recipe: 'gateway', step }));
  const probes: ProbeResults = new Map(
    steps.flatMap(({ resource }) =>
      o.proof !== undefined && (resource.kind === 'answer' || resource.kind === 'api')
        ? [
            [
              probeKey(resource),
              o.proof === 'done' || resource.kind === 'answer' ? { kind: 'done' } : { kind: 'failed', reason: 'Not ready.' },
            ],
          ]
        : [],
    ),
  );
  return planSteps({ steps: placed, guards: [], answers, probes }).steps;
}

const reasons = (o: Parameters<typeof plan>[0]): readonly string[] =>
  plan(o).flatMap(({ verdict }) => (verdict.state === 'blocked' ? [verdict.reason] : []));

it('names what is missing before anything is done', () => {
  expect(reasons({ env: null, yaml: YAML })).toEqual([`${ENV} is missing.`]);
  expect(reasons({ env: 'A=1\n', yaml: YAML, values: { backendClass: 'gpu_slow' } })).toEqual(['The gateway has the classes gpu_heavy.']);
  expect(reasons({ env: 'A=1\n', yaml: 'backends: [\n' })).toHaveLength(1);
  expect(reasons({ env: 'A=1\n', yaml: YAML, values: { baseUrl: '' } })).toEqual(['No address is set.']);
});

it("writes as the owner of the folder, and gives the image folder of the environment to the service's user", () => {
  const folder = plan({ env: 'UI_IMAGE_DIR=/srv/images\n', yaml: YAML, user: 'gw' }).find(({ id }) => id === 'image-folder');
  expect(folder?.step.resource).toMatchObject({ path: '/srv/images', owner: 'gw' });
  const odd = plan({ env: 'UI_IMAGE_DIR=../images\n', yaml: YAML }).find(({ id }) => id === 'image-folder');
  expect(odd?.step.resource).toMatchObject({ path: '/var/lib/gateway/data/ui_images' });
});

it('shows only the variables that it sets', () => {
  const environment = plan({ env: 'TOKEN=secret-1\nIMAGES_BACKEND=mock\n', yaml: YAML }).find(({ id }) => id === 'environment');
  if (environment?.verdict.state !== 'change') throw new Error('no change');
  expect(environment.verdict.actions).toMatchObject([
    {
      kind: 'file',
      write: {
        text: 'TOKEN=secret-1\nIMAGES_BACKEND=http_openai_images\nIMAGES_BACKEND_CLASS=gpu_heavy\nIMAGES_HTTP_BASE_URL=http://gpu:7860\n',
        shown: {
          before: 'IMAGES_BACKEND=mock\n',
          after: 'IMAGES_BACKEND=http_openai_images\nIMAGES_BACKEND_CLASS=gpu_heavy\nIMAGES_HTTP_BASE_URL=http://gpu:7860\n',
        },
      },
    },
  ]);
});

const proofOf = (o: Partial<Tried>) => plan({ env: SET, yaml: YAML, ...o }).find(({ id }) => id === 'proof');

it('proves the class and an image through the gateway of the panel, in a run that changes something', () => {
  const changed = proofOf({ env: 'IMAGES_BACKEND=mock\n', gateway: USABLE, proof: 'done' });
  expect(changed?.step).toMatchObject({
    guard: 'gateway',
    title: 'The gateway reports gpu_heavy ready for 2 at a time, and serves an image',
  });
  if (changed?.verdict.state !== 'change') throw new Error('no change');
  expect(changed.verdict.actions).toMatchObject([
    { kind: 'api', operation: { place: 'http://127.0.0.1:8800', request: 'GET /v1/gateway/status, POST /v1/images/generations 256x256' } },
  ]);
});

it('plans no proof where the status shows it, and names why it does not', () => {
  expect(proofOf({ gateway: USABLE, proof: 'done' })?.verdict.state).toBe('ok');
  expect(proofOf({ gateway: USABLE, proof: 'failed' })?.verdict).toMatchObject({ state: 'blocked', reason: 'Not ready.' });
});

it('requests no image of a gateway that makes test images', () => {
  const { resource } = proofOf({ values: { backend: 'mock' }, gateway: USABLE })?.step ?? {};
  expect(resource).toMatchObject({ kind: 'api', operation: { request: 'GET /v1/gateway/status' } });
});

it('is no failure where the panel has no gateway of this host: a note names what to set up', () => {
  const note = proofOf({ gateway: { kind: 'unusable', reason: 'set up this gateway' } });
  expect(note?.verdict.state).toBe('ok');
  expect(note?.step.title).toBe('Not proven by an image: set up this gateway');
});

it('is for Linux: the card of a Mac says so, and nothing is planned', async () => {
  const mac = openSimulatedMac();
  try {
    const parts = { transport: mac.transport, programs: createPrograms(mac.transport), shipped: SHIPPED };
    const made = await makePlan(parts, [{ recipe: GATEWAY, values: completeValues(GATEWAY, {}) }], { asRoot: false });
    expect(standingOf(GATEWAY, made, 0)).toMatchObject({ state: 'elsewhere', changes: 0, reason: expect.stringContaining('runs macOS') });
  } finally {
    mac.close();
  }
});
