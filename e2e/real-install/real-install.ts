import { copyFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decode } from 'fast-png';
import type { ImageRun, RouteId } from '../../shared/capabilities/images/contract.ts';
import { type Fields, isRecord } from '../../shared/record.ts';
import { home, profile } from '../integration/hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from '../integration/panel.ts';
import { bootNetworkedHost, type NetworkedHost } from './boot.ts';
import type { RealInstall } from './report.ts';

const SHIM_UNIT = 'invokeai-openai-images-shim.service';
const MODEL = 'tiny-sd15';
const MODELS_FOLDER = '/srv/models';
const SIDE = 256;
const STEPS = 4;
const THROUGH_NGINX = 'http://127.0.0.1:7860/v1/images/generations';
/** A first image on a busy computer without a GPU. */
const IMAGE_TIMEOUT_MS = 300_000;

/** Boots the host, has it set up, and makes images in each way. Throws at the first thing that is not as it has to be. */
export async function runRealInstall(applySetup: (panel: PanelUnderTest, host: NetworkedHost) => Promise<void>): Promise<RealInstall> {
  const times: [string, number][] = [];
  const timed = async <T>(what: string, work: () => T | Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    times.push([what, (performance.now() - startedAt) / 1000]);
    console.log(`${what}: ${(times.at(-1)?.[1] ?? 0).toFixed(1)} s`);
    return result;
  };
  const host = await timed('boot of a bare Debian', () => bootNetworkedHost());
  const folders = home(host.hostName, host.port, host.hostKey);
  const panel = openPanel({
    ...folders,
    profile: profile(host.hostName, host.port, host.user, host.keyFile),
    sudoPassword: host.password,
    gateway: null,
  });
  try {
    await online(panel);
    await timed('setup: InvokeAI, images shim, nginx', () => applySetup(panel, host));
    await timed('a tiny model, made on the host', () => makeTinyModel(host));
    await timed('its installation on the Models page', () => installOnModelsPage(panel));
    const label = `${SIDE} × ${SIDE}, ${STEPS} steps`;
    await timed(`first image, ${label}, Playground by InvokeAI's queue`, () => makeInPlayground(panel, 'backend'));
    await timed(`image, ${label}, Playground by the images shim`, () => makeInPlayground(panel, 'shim'));
    await timed(`image, ${label}, through nginx and the images shim`, makeThroughNginx);
    return { versions: await readVersions(host), sizes: readSizes(host), times };
  } catch (cause) {
    console.error(host.run('journalctl', '--no-pager', '-o', 'short-iso', '-n', '60', '-u', 'invokeai', '-u', 'nginx', '-u', SHIM_UNIT));
    throw cause;
  } finally {
    panel.dispose();
    await host.close();
  }
}

/** The folder of the programs that InvokeAI's unit runs. */
function programsOf(host: NetworkedHost): string {
  const [, path] = /path=(\S+)/.exec(host.run('systemctl', 'show', '-p', 'ExecStart', '--value', 'invokeai.service')) ?? [];
  if (path === undefined) throw new Error('invokeai.service has no ExecStart');
  return dirname(path);
}

function makeTinyModel(host: NetworkedHost): void {
  host.run('install', '-d', '-o', 'invokeai', '-g', 'invokeai', MODELS_FOLDER);
  const script = join(MODELS_FOLDER, 'tiny-model.py');
  copyFileSync(join(import.meta.dirname, 'tiny-model.py'), join(host.root, script));
  const python = join(programsOf(host), 'python');
  host.run(
    'runuser',
    '-u',
    'invokeai',
    '--',
    'env',
    'HOME=/var/lib/invokeai',
    'OMP_NUM_THREADS=1',
    python,
    script,
    `${MODELS_FOLDER}/${MODEL}`,
  );
}

async function installOnModelsPage(panel: PanelUnderTest): Promise<void> {
  await until(() => panel.models.state().phase.kind === 'live', 'InvokeAI to be live on the Models page');
  await panel.models.install({ source: `${MODELS_FOLDER}/${MODEL}`, isInPlace: true, token: null, neededBytes: null });
  const model = await until(() => panel.models.state().models?.find(({ name }) => name === MODEL), 'the model in the list');
  if (model.base !== 'sd-1' || model.type !== 'main' || !model.isRecognised || model.isManaged) throw new Error(JSON.stringify(model));
}

async function makeInPlayground(panel: PanelUnderTest, route: RouteId): Promise<void> {
  await until(async () => (await panel.images.routes()).find((state) => state.route === route)?.isReady, `the route ${route}`);
  const { runId } = panel.images.start(route, {
    prompt: 'a lighthouse on a rock',
    negativePrompt: '',
    width: SIDE,
    height: SIDE,
    steps: STEPS,
    guidance: 7,
    seed: null,
    model: MODEL,
    scheduler: null,
    count: 1,
  });
  const phase = await until((): ImageRun['phase'] | null => {
    const run = panel.images.runs().at(-1);
    return run?.runId === runId && run.phase.kind !== 'running' ? run.phase : null;
  }, 'the image');
  if (phase.kind !== 'done') throw new Error(`${route}: ${JSON.stringify(phase)}`);
  requireSize(readFileSync(panel.gallery.fileOf(phase.images[0]?.pictureId ?? '') ?? ''));
}

async function makeThroughNginx(): Promise<void> {
  const reply = await fetch(THROUGH_NGINX, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'a lighthouse on a rock', size: `${SIDE}x${SIDE}`, steps: STEPS, n: 1 }),
    signal: AbortSignal.timeout(IMAGE_TIMEOUT_MS),
  });
  const text = await reply.text();
  const body: unknown = JSON.parse(text);
  const [image]: unknown[] = isRecord(body) && Array.isArray(body['data']) ? body['data'] : [];
  if (!reply.ok || !isRecord(image)) throw new Error(`nginx: ${reply.status} ${text.slice(0, 500)}`);
  requireSize(Buffer.from(String(image['b64_json']), 'base64'));
}

function requireSize(png: Uint8Array): void {
  const { width, height } = decode(png);
  if (width !== SIDE || height !== SIDE) throw new Error(`the image is ${width} × ${height}`);
}

async function readVersions(host: NetworkedHost): Promise<RealInstall['versions']> {
  const about = async (path: string): Promise<Fields> => {
    const body: unknown = await (await fetch(`http://127.0.0.1:9090/api/v1/app/${path}`)).json();
    return isRecord(body) ? body : {};
  };
  const { version } = await about('version');
  const dependencies = await about('app_deps');
  const dependency = (name: string): string => String(dependencies[name]);
  const python = host.run(join(programsOf(host), 'python'), '--version').trim();
  const packaged = (name: string): string => host.run('dpkg-query', '-W', '-f', '${Version}', name);
  return [
    ['Debian', readFileSync(join(host.root, 'etc', 'debian_version'), 'utf8').trim()],
    ['Python', python.replace('Python ', '')],
    ['InvokeAI', String(version)],
    ['PyTorch', `${dependency('torch')}, built for CUDA ${dependency('CUDA')}`],
    ['diffusers', dependency('diffusers')],
    ['nginx', packaged('nginx')],
    ['Node', packaged('nodejs')],
  ];
}

function readSizes(host: NetworkedHost): RealInstall['sizes'] {
  const megabytes = (path: string): number => Number(host.run('du', '-sxm', host.run('realpath', path).trim()).split('\t')[0]);
  return [
    ["InvokeAI's Python environment", megabytes(dirname(programsOf(host)))],
    ["InvokeAI's root, the environment included", megabytes('/var/lib/invokeai')],
    ['the tiny model', megabytes(`${MODELS_FOLDER}/${MODEL}`)],
    ['the whole host', megabytes('/')],
  ];
}
