import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionKeys } from '../../electron/capabilities/setup/engine/plan.ts';
import type { Guard, Step } from '../../electron/capabilities/setup/engine/resources.ts';
import { executePlan } from '../../electron/capabilities/setup/execute.ts';
import { INVOKEAI_UNIT_DEFAULTS, renderInvokeAiUnit } from '../../electron/capabilities/setup/files/invokeai-unit.ts';
import { type MadePlan, makePlan } from '../../electron/capabilities/setup/planner.ts';
import { createPrograms } from '../../electron/capabilities/setup/programs.ts';
import type { Recipe } from '../../electron/capabilities/setup/recipe.ts';
import { shippedFromCheckout } from '../support/shipped.ts';
import { type HostUnderTest, openLab } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

const ROOT = '/var/lib/invokeai';
const ENVIRONMENT = INVOKEAI_UNIT_DEFAULTS.environmentFolder;
const UNIT_FILE = '/etc/systemd/system/invokeai.service';
const SITE = '/etc/nginx/conf.d/images.conf';
const siteText = (words: string): string =>
  `server {\n  listen 7860;\n  location = /healthz { return 200 '${words}'; }\n  location / { proxy_pass http://127.0.0.1:9090; }\n}\n`;
const GUARDS: readonly Guard[] = [
  { id: 'backend', seconds: 300, units: [{ name: 'invokeai.service', verb: 'restart' }] },
  { id: 'front', seconds: 300, units: [{ name: 'nginx.service', verb: 'reload' }] },
];
const owned = { owner: 'invokeai', group: 'invokeai' } as const;
const ofRoot = { owner: 'root', group: 'root', mode: '644' } as const;

const step = (id: string, resource: Step['resource'], guard?: string): Step => ({
  id,
  title: id,
  needs: [],
  resource,
  ...(guard === undefined ? {} : { guard }),
});
const answer = (url: string, json: boolean): Step['resource'] => ({ kind: 'answer', url, status: 200, json, withinS: 20 });

/** InvokeAI behind nginx, by the resources that the recipes are made of. */
const backend = (words: string): Recipe => ({
  id: 'tried',
  title: 'Tried',
  summary: '',
  parameters: [],
  presence: `file ${UNIT_FILE} 0`,
  guards: GUARDS,
  steps: () => [
    step('packages', { kind: 'packages', names: ['nginx', 'python3-venv'] }),
    step('user', { kind: 'user', name: 'invokeai', home: ROOT, shell: '/usr/sbin/nologin' }),
    step('root', { kind: 'folder', path: ROOT, ...owned, mode: '755' }),
    step('environment', {
      kind: 'environment',
      path: ENVIRONMENT,
      user: 'invokeai',
      tool: 'venv',
      python: '/usr/bin/python3',
      requirements: ['invokeai==6.14.2'],
      index: null,
      torchIndex: null,
      downloadBytes: null,
    }),
    step(
      'unit-file',
      {
        kind: 'file',
        path: UNIT_FILE,
        ...ofRoot,
        check: 'unit',
        content: { kind: 'text', text: renderInvokeAiUnit(INVOKEAI_UNIT_DEFAULTS) },
      },
      'backend',
    ),
    step(
      'unit',
      { kind: 'unit', name: 'invokeai.service', isEnabled: true, isActive: true, reads: [UNIT_FILE], onChange: 'restart' },
      'backend',
    ),
    { ...step('version', answer('http://127.0.0.1:9090/api/v1/app/version', true), 'backend'), needs: ['unit'] },
    step('site', { kind: 'file', path: SITE, ...ofRoot, content: { kind: 'text', text: siteText(words) } }, 'front'),
    step(
      'nginx',
      {
        kind: 'unit',
        name: 'nginx.service',
        isEnabled: true,
        isActive: true,
        reads: [SITE],
        onChange: 'reload',
        test: ['nginx', '-t'],
      },
      'front',
    ),
    { ...step('health', answer('http://127.0.0.1:7860/healthz', false), 'front'), needs: ['nginx'] },
  ],
});

/** A bare lab whose downloads take no time, and a panel that is connected to it. */
async function openBareLab(): Promise<{ readonly host: HostUnderTest; readonly panel: PanelUnderTest }> {
  const host = await openLab({ bare: true });
  host.lab?.break('downloads-are-fast');
  const panel = openPanel(host);
  await online(panel);
  return { host, panel };
}

/** What only the lab can show: faults of networks and disks, at will. The same steps run on a real host in setup-recipes.test.ts. */
describe('Setup on the bare lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    ({ host, panel } = await openBareLab());
  });
  afterAll(async () => {
    panel?.dispose();
    await host?.close();
  });

  const parts = () => ({ transport: panel.connection, programs: createPrograms(panel.connection), shipped: shippedFromCheckout });
  const plan = (recipe: Recipe): Promise<MadePlan> => makePlan(parts(), [{ recipe, values: {} }], { asRoot: true });
  const lines: string[] = [];
  const apply = async (recipe: Recipe): Promise<void> => {
    const shown = await plan(recipe);
    await executePlan({
      ...parts(),
      chosen: [{ recipe, values: {} }],
      shownKeys: new Set(shown.plan.steps.flatMap(({ verdict }) => actionKeys(verdict))),
      token: randomBytes(4).toString('hex'),
      holder: 'a test',
      signal: new AbortController().signal,
      now: Date.now,
      observer: { onStep: () => {} },
      onLines: (some) => lines.push(...some),
    });
  };
  const states = async (words: string): Promise<readonly string[]> =>
    (await plan(backend(words))).plan.steps.map(({ step: { id }, verdict: { state } }) => `${id} ${state}`);
  const changed = async (words: string): Promise<readonly string[]> =>
    (await states(words)).filter((line) => !line.endsWith(' ok')).map((line) => line.split(' ')[0] ?? '');

  it('has nothing of what a setup makes', async () => {
    expect(await changed('one')).toEqual([
      ...['packages', 'user', 'root', 'environment', 'unit-file', 'unit', 'version', 'site', 'nginx', 'health'],
    ]);
    expect((await panel.connection.exec(['systemctl', 'list-unit-files', '--output=json'])).stdout).not.toMatch(/invokeai|nginx|comfyui/);
  });

  it('stops at a package, a distribution and a disk that fail, and resumes where it stopped', async () => {
    host.lab?.break('setup-download-fails');
    await expect(apply(backend('one'))).rejects.toMatchObject({
      panelError: { code: 'setup-step-failed', detail: expect.stringContaining('E: Failed to fetch') },
    });
    expect(await changed('one')).toContain('packages');
    host.lab?.repair('setup-download-fails');
    host.lab?.break('disk-full');
    await expect(apply(backend('one'))).rejects.toMatchObject({ panelError: { code: 'setup-disk-full' } });
    const left = await changed('one');
    expect(left).not.toContain('packages');
    expect(left).toContain('environment');
    host.lab?.repair('disk-full');
    await apply(backend('one'));
    expect(await changed('one')).toEqual([]);
    expect(lines.some((line) => line.startsWith('Successfully installed invokeai-6.14.2'))).toBe(true);
  });

  it('serves what the unit and the site name', async () => {
    const { probe } = createPrograms(panel.connection);
    expect(await probe('http://127.0.0.1:7860/api/v1/app/version', { status: 200, json: true })).toBeNull();
    const [port] = [host.lab?.portOf(7860)];
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('one');
  });

  it('puts the old site back when the new one does not respond', async () => {
    host.lab?.break('setup-service-not-healthy');
    const short = backend('two');
    const withinS = (wanted: Step): Step =>
      wanted.resource.kind === 'answer' ? { ...wanted, resource: { ...wanted.resource, withinS: 1 } } : wanted;
    const impatient: Recipe = { ...short, steps: (context) => short.steps(context).map(withinS) };
    await expect(apply(impatient)).rejects.toMatchObject({ panelError: { code: 'setup-no-answer' } });
    const { probe } = createPrograms(panel.connection);
    await until(async () => (await probe('http://127.0.0.1:7860/healthz', { status: 200, json: false })) === null, 'the old site');
    expect((await panel.connection.exec(['cat', SITE])).stdout).toBe(siteText('one'));
    host.lab?.repair('setup-service-not-healthy');
    await apply(short);
    expect(await changed('two')).toEqual([]);
  });

  it('is set up again after a reboot', async () => {
    host.lab?.break('rebooted');
    await until(() => panel.connection.snapshot.state.kind !== 'online', 'the reboot');
    await online(panel);
    await until(async () => (await changed('two')).length === 0, 'the services');
  });
});

describe('the recipes on the bare lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    ({ host, panel } = await openBareLab());
  });
  afterAll(async () => {
    panel?.dispose();
    await host?.close();
  });

  it('set it up from a bare host to a served image, and have nothing to do afterwards', async () => {
    const recipes = ['invokeai', 'images-shim', 'nginx', 'least-privilege'];
    const plan = await panel.setup.plan(recipes, true);
    expect(plan.steps.filter(({ state }) => state === 'blocked')).toEqual([]);
    panel.setup.apply(plan.id);
    const run = await until(() => {
      const { run: current } = panel.setup.state();
      return current !== null && current.endedAt !== null && current.state !== 'running' ? current : null;
    }, 'the end of the run');
    expect(run.error, run.output.join('\n')).toBeNull();
    const again = await panel.setup.plan(recipes, true);
    expect(again.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect([...plan.findings, ...again.findings]).toEqual([]);
    const port = await until(() => host.lab?.portOf(7860), 'nginx');
    expect((await fetch(`http://127.0.0.1:${port}/v1/models`)).status).toBe(200);
  });
});
