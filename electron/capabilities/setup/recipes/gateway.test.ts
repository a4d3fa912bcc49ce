import { expect, it } from 'vitest';
import { parseAnswers, readFileRequest, readUnitsRequest } from '../engine/answers.ts';
import { planSteps } from '../engine/plan.ts';
import { completeValues, type ParameterValues } from '../recipe.ts';
import { GATEWAY } from './gateway.ts';

const ENV = '/var/lib/gateway/app/.env';
const BACKENDS = '/var/lib/gateway/app/app/backends_config.yaml';
const YAML = 'backends:\n  heavy: {class: gpu_heavy, base_url: http://gpu:7860, concurrency_limits: {images: 2}}\n';

const fileRecord = (path: string, text: string | null): string =>
  text === null
    ? `\u001e${readFileRequest(path)} absent\n`
    : `\u001e${readFileRequest(path)} ok\n600 gateway gateway ${Buffer.byteLength(text)} 1764240000.0 regular file\n${Buffer.from(text).toString('base64')}\n`;

function plan(o: { readonly env: string | null; readonly yaml: string | null; readonly values?: ParameterValues; readonly user?: string }) {
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
    shipped: { imagesShim: () => '', imagesShimUnit: () => '' },
    together: ['gateway'],
  });
  const placed = steps.map((step) => ({ id: step.id, recipe: 'gateway', step }));
  return planSteps({ steps: placed, guards: [], answers, probes: new Map() }).steps;
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
