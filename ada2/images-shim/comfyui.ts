import { baseOfCheckpoint, COMFYUI_SCHEDULERS, comfyuiWorkflow, isComfyuiScheduler, SAVE_NODE } from '../../shared/image-graphs/comfyui.ts';
import type { ImageGraphRequest } from '../../shared/image-graphs/rules.ts';
import { isRecord } from '../../shared/record.ts';
import { type Backend, inOrder, type Link, type UsableModel } from './backend.ts';
import { type BackendHttp, type CancelSignal, NEVER_CANCELLED } from './backend-http.ts';
import { wordOf } from './backend-message.ts';
import { ComfyUiJobs } from './comfyui-jobs.ts';
import type { ShimConfig } from './config.ts';
import { ClientDisconnected, ShimError } from './errors.ts';
import { CPU_ONLY } from './invokeai-readiness.ts';
import { PendingCancels } from './pending-cancels.ts';
import { retryWhileAway } from './retry-while-away.ts';

const SHORT_MS = 4_000;
const ENQUEUE_MS = 30_000;
const IMAGE_TIMEOUT_MS = 60_000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** ComfyUI by its HTTP API. */
export function createComfyUi(config: ShimConfig, http: BackendHttp, now: () => number): Backend {
  const jobs = new ComfyUiJobs(http, now);
  const cancels = new PendingCancels();

  const models = async (signal: CancelSignal): Promise<readonly UsableModel[]> => {
    const names = await http.json({ path: '/models/checkpoints', timeoutMs: SHORT_MS, signal });
    if (!Array.isArray(names)) throw new ShimError(502, 'backend_garbled', 'ComfyUI returned no list of checkpoints');
    // A file name is all there is: who names his files otherwise says the size himself.
    return names
      .filter((name): name is string => typeof name === 'string')
      .map((name) => ({ name, key: name, hash: '', base: baseOfCheckpoint(name), advised: null }));
  };

  const cancel = (promptId: string): void => {
    const post = (path: string, body: unknown) => http.ask({ method: 'POST', path, body, timeoutMs: SHORT_MS, signal: NEVER_CANCELLED });
    // It waits or it runs; each call leaves the other case alone.
    cancels.add(() => post('/queue', { delete: [promptId] }).then(() => post('/interrupt', { prompt_id: promptId })));
  };

  const enqueue = async (image: ImageGraphRequest, checkpoint: string, filePrefix: string, clientId: string): Promise<string> => {
    const body = { prompt: comfyuiWorkflow(image, checkpoint, filePrefix, { isSaved: !config.isDeletedAfterwards }), client_id: clientId };
    // Not cancelled with the client's request: a job whose name is not known yet could not be cancelled.
    const reply = await http.json({ method: 'POST', path: '/prompt', body, timeoutMs: ENQUEUE_MS, signal: NEVER_CANCELLED });
    const promptId = isRecord(reply) ? reply['prompt_id'] : null;
    if (typeof promptId === 'string') return promptId;
    throw new ShimError(502, 'backend_garbled', 'ComfyUI did not report the new job.');
  };

  const fetchImage = async (entry: Readonly<Record<string, unknown>>, signal: CancelSignal, until: number): Promise<Buffer> => {
    const outputs = entry['outputs'];
    const saved = isRecord(outputs) ? outputs[SAVE_NODE] : null;
    const images: unknown = isRecord(saved) ? saved['images'] : null;
    const [image]: readonly unknown[] = Array.isArray(images) ? images : [];
    if (!isRecord(image)) throw generationError(entry);
    const query = ['filename', 'subfolder', 'type'].map((name) => `${name}=${encodeURIComponent(wordOf(image[name]))}`).join('&');
    const view = () => http.ask({ path: `/view?${query}`, timeoutMs: IMAGE_TIMEOUT_MS, signal });
    const reply = await retryWhileAway(view, { until, now, signal });
    if (reply.status === 200 && reply.body.subarray(0, 4).equals(PNG)) return reply.body;
    throw new ShimError(502, 'no_picture', `ComfyUI did not return its image (status ${reply.status}).`);
  };

  return {
    models,
    readiness: async () => {
      let stats: unknown;
      try {
        stats = await http.json({ path: '/system_stats', timeoutMs: SHORT_MS / 2, signal: NEVER_CANCELLED });
      } catch (thrown) {
        return {
          links: [{ name: 'backend', isOk: false, said: thrown instanceof Error ? thrown.message : String(thrown) }],
          version: null,
        };
      }
      const system = isRecord(stats) ? stats['system'] : null;
      const version = isRecord(system) ? system['comfyui_version'] : null;
      const links: Link[] = [{ name: 'backend', isOk: true, said: `ComfyUI ${wordOf(version)}` }];
      const found = await models(NEVER_CANCELLED).catch(() => []);
      links.push({ name: 'model', isOk: found.length > 0, said: found.length > 0 ? `${found.length} usable` : 'No checkpoint found.' });
      const devices: unknown = isRecord(stats) ? stats['devices'] : null;
      const isSeen = Array.isArray(devices) && devices.some((device: unknown) => isRecord(device) && device['type'] !== 'cpu');
      links.push({ name: 'gpu', isOk: isSeen || !config.isGpuRequired, said: isSeen ? 'seen by ComfyUI' : CPU_ONLY });
      return { links, version };
    },
    generate: async (images, model, { requestId, signal }) => {
      const [{ scheduler } = { scheduler: '' }] = images;
      if (!isComfyuiScheduler(scheduler))
        throw new ShimError(400, 'invalid_value', `ComfyUI has no scheduler ${scheduler}; valid are ${COMFYUI_SCHEDULERS.join(', ')}.`, {
          param: 'scheduler',
        });
      const { timeoutMs } = config;
      const until = now() + timeoutMs * images.length;
      const open = new Set<string>();
      try {
        const prompts: string[] = [];
        for (const [index, image] of images.entries()) {
          if (signal.isCancelled) throw new ClientDisconnected();
          const promptId = await enqueue(image, model.key, `shim-${requestId}-${index}`, requestId);
          open.add(promptId);
          prompts.push(promptId);
        }
        return await inOrder(prompts, async (promptId) => {
          const entry = await jobs.ended(promptId, { until, timeoutMs, signal });
          open.delete(promptId);
          return { png: await fetchImage(entry, signal, until), queueMs: null };
        });
      } finally {
        for (const promptId of open) cancel(promptId);
      }
    },
    close: async () => {
      jobs.close();
      await cancels.settled();
      http.close();
    },
  };
}

function generationError(entry: Readonly<Record<string, unknown>>): ShimError {
  const status = entry['status'];
  const messages: unknown = isRecord(status) ? status['messages'] : null;
  for (const message of Array.isArray(messages) ? messages : []) {
    const [kind, data]: readonly unknown[] = Array.isArray(message) ? message : [];
    if (kind === 'execution_interrupted') return new ShimError(502, 'canceled', 'The job was interrupted in ComfyUI.');
    if (kind === 'execution_error' && isRecord(data)) {
      const type = wordOf(data['exception_type']) || 'Error';
      const code = /OutOfMemory/i.test(type) ? 'gpu_out_of_memory' : 'generation_failed';
      return new ShimError(502, code, `ComfyUI failed: ${type}: ${wordOf(data['exception_message']).slice(0, 600)}`);
    }
  }
  return new ShimError(502, 'no_picture', 'ComfyUI finished the job without an image.');
}
