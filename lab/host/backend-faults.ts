import { comfyuiWorkflow } from '../../shared/image-graphs/comfyui.ts';
import { DEFAULTS } from '../../shared/image-graphs/rules.ts';
import type { LabFault } from '../base/faults.ts';
import { encodePng } from '../base/png.ts';
import { randomHex } from '../base/random.ts';
import { OUT_OF_MEMORY } from '../invokeai/journal-lines.ts';
import { graphFor } from '../invokeai/painter.ts';
import type { QueueItem } from '../invokeai/queue-item.ts';
import { SHIM } from '../systemd/unit-definitions.ts';
import { useComfyUi } from './service-faults.ts';
import type { Simulation } from './simulation.ts';

type Start = (simulation: Simulation) => () => void;

const UNIT = `/etc/systemd/system/${SHIM}`;
const OUTPUTS = '/var/lib/invokeai/outputs';
const LAST_IMAGE = '/var/lib/invokeai/last.png';
/** Of the shim in Python. */
const EARLIER_FOLDER = '/var/lib/invokeai/openai_images_shim';
const TEMPLATE = `${EARLIER_FOLDER}/graph_template.json`;
const PYTHON = '/var/lib/invokeai/venv/bin/python -m uvicorn openai_images_shim:app --host 127.0.0.1 --port 9091';
const STUCK_MS = 20 * 60_000;
const FAILED_AT_MS = 3 * 60_000;

/** Faults of what makes the images; each returns what takes it back. */
export const BACKEND_FAULTS: Partial<Record<LabFault, Start>> = {
  // The shim remembers for some seconds which models there are.
  'missing-model': (simulation) => () => beginShim(simulation),
  'invokeai-without-models': (simulation) => () => beginShim(simulation),
  'invokeai-outputs-not-writable': ({ files }) => {
    const before = files.lstat(OUTPUTS, 'root');
    files.put(OUTPUTS, { ...before, owner: 'root', group: 'root', mode: 0o755 });
    return () => files.put(OUTPUTS, before);
  },
  'queue-paused': ({ invokeai }) => {
    invokeai.queue.isStarted = false;
    return () => {
      invokeai.queue.isStarted = true;
    };
  },
  'queue-stuck-for-long': (simulation) => {
    const { queue } = simulation.invokeai;
    queue.cancelMany(() => true);
    const [stuck] = enqueue(simulation, 2);
    if (stuck === undefined) return () => {};
    queue.enter(stuck, 'in_progress');
    stuck.startedMs = simulation.hostNow() - STUCK_MS;
    return () => void queue.cancelMany(() => true);
  },
  'invokeai-jobs-failed': (simulation) => {
    for (const item of enqueue(simulation, 3)) {
      item.error = { type: 'OutOfMemoryError', message: OUT_OF_MEMORY, traceback: '', nodeId: 'denoise' };
      simulation.invokeai.queue.enter(item, 'failed');
    }
    return () => {};
  },
  'shim-stub-mode': (simulation) => editShim(simulation, (text) => text.replace('SHIM_MODE=invokeai_queue', 'SHIM_MODE=stub')),
  'shim-preset-unknown-model': (simulation) => editShim(simulation, (text) => text.replace('Dreamshaper 8', 'SDXL Turbo')),
  'shim-default-unknown-model': (simulation) =>
    editShim(simulation, (text) => text.replace('INVOKEAI_DEFAULT_MODEL=Juggernaut XL v9', 'INVOKEAI_DEFAULT_MODEL=sd-xl-base-1.0')),
  'shim-preset-guidance-0': (simulation) => editShim(simulation, (text) => text.replace('"cfg_scale":7', '"cfg_scale":0')),
  'shim-preset-guidance-30': (simulation) => editShim(simulation, (text) => text.replace('"cfg_scale":7', '"cfg_scale":30')),
  'shim-preset-4-steps': (simulation) => editShim(simulation, (text) => text.replace('"steps":20', '"steps":4')),
  'shim-preset-120-steps': (simulation) => editShim(simulation, (text) => text.replace('"steps":30', '"steps":120')),
  'shim-wrong-address': (simulation) => editShim(simulation, (text) => withVariable(text, 'INVOKEAI_BASE_URL', 'http://127.0.0.1:9999')),
  'shim-last-image': (simulation) => withLastImage(simulation, (png) => png),
  'shim-last-image-broken': (simulation) => withLastImage(simulation, (png) => png.subarray(0, png.length / 2)),
  'shim-python': (simulation) => earlierShim(simulation, { keyOf: (key) => key, guidance: 6, hasFailed: false }),
  'shim-python-template': (simulation) =>
    earlierShim(simulation, { keyOf: () => '2cbc1399-5c5c-4a33-8a29-2a1d9f3a9d51', guidance: 6, hasFailed: false }),
  'shim-python-guidance': (simulation) => earlierShim(simulation, { keyOf: (key) => key, guidance: 0, hasFailed: false }),
  'shim-failed-graphs': (simulation) => earlierShim(simulation, { keyOf: (key) => key, guidance: 6, hasFailed: true }),
  'comfyui-cpu-only': (simulation) => useComfyUi(simulation, true),
  'comfyui-without-checkpoints': (simulation) => useComfyUi(simulation, true),
  'comfyui-queue-stalled': (simulation) => {
    const undo = useComfyUi(simulation, true);
    // What was queued before it ran would be lost.
    simulation.comfyui.step(simulation.hostNow(), true);
    const [checkpoint = ''] = simulation.checkpoints();
    const request = { ...DEFAULTS['sd-1'], base: 'sd-1', prompt: 'a lighthouse', negativePrompt: '', seed: 7 } as const;
    const prompt = comfyuiWorkflow(request, checkpoint, 'lab');
    simulation.comfyui.submit({ prompt, clientId: null, promptId: null, isFront: false, extraData: {} });
    return undo;
  },
};

/** Jobs of a main model. */
export function enqueue({ invokeai }: Simulation, count: number): readonly QueueItem[] {
  const model = invokeai.installed.all().find(({ type, base }) => type === 'main' && base === 'sdxl');
  if (model === undefined) return [];
  const graph = graphFor(model, { prompt: 'a lighthouse on a rock, evening', seed: 7 });
  return invokeai.queue.enqueue({ graph, runs: count, origin: 'canvas', destination: 'gallery' }, false).items;
}

/** Changes the unit of the shim, whose program begins anew with it at once. */
function editShim(simulation: Simulation, edit: (text: string) => string): () => void {
  const { files, units } = simulation;
  if (!units.units.has(SHIM)) return () => {};
  const before = files.lstat(UNIT, 'root');
  files.put(UNIT, { ...before, data: Buffer.from(edit(before.data.toString('utf8'))) });
  beginShim(simulation);
  return () => {
    files.put(UNIT, before);
    beginShim(simulation);
  };
}

/** The manager reads its files again, and the program of the shim begins anew. */
function beginShim({ units, random }: Simulation): void {
  units.reload();
  const unit = units.units.get(SHIM);
  if (unit !== undefined) unit.invocationId = randomHex(random, 32);
}

const withVariable = (text: string, name: string, value: string): string =>
  text.replace('ExecStart=', `Environment='${name}=${value}'\nExecStart=`);

function withLastImage(simulation: Simulation, edit: (png: Buffer) => Buffer): () => void {
  const png = encodePng(64, 64, new Uint8Array(64 * 64 * 3).fill(90));
  simulation.files.write(LAST_IMAGE, edit(png), { user: 'root', owner: 'invokeai', group: 'invokeai' });
  const undo = editShim(simulation, (text) => withVariable(text, 'SHIM_SAVE_LAST_IMAGE_PATH', LAST_IMAGE));
  return () => {
    undo();
    simulation.files.put(LAST_IMAGE, null);
  };
}

/** The host has the shim in Python that came before, with its folder. */
function earlierShim(
  simulation: Simulation,
  o: { readonly keyOf: (key: string) => string; readonly guidance: number; readonly hasFailed: boolean },
): () => void {
  const { files, invokeai } = simulation;
  const owned = { user: 'root', owner: 'invokeai', group: 'invokeai' } as const;
  const named = invokeai.installed.all().filter(({ base, type }) => base === 'sdxl' && (type === 'main' || type === 'vae'));
  const nodes = named.map(({ key, name, base, type }) => ({ type: 'loader', inputs: { model: { key: o.keyOf(key), name, base, type } } }));
  files.makeFolder(EARLIER_FOLDER, { ...owned, parents: true });
  files.write(TEMPLATE, Buffer.from(JSON.stringify({ nodes })), owned);
  const failed = `${EARLIER_FOLDER}/failed_graph_${Math.round(simulation.hostNow() - FAILED_AT_MS)}.json`;
  if (o.hasFailed) files.write(failed, Buffer.from('{}'), owned);
  const undo = editShim(simulation, (text) =>
    withVariable(text, 'SHIM_GRAPH_TEMPLATE_PATH', TEMPLATE)
      .replace(/^ExecStart=.*$/m, `ExecStart=${PYTHON}`)
      .replace('"steps":20,"cfg_scale":7', `"steps":20,"cfg_scale":${o.guidance}`),
  );
  return () => {
    undo();
    for (const path of [TEMPLATE, failed, EARLIER_FOLDER]) files.put(path, null);
  };
}
