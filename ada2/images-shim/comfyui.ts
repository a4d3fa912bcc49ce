import { comfyuiWorkflow, SAVE_NODE } from '../../shared/image-graphs/comfyui.ts';
import type { Backend, Link, UsableModel } from './backend.ts';
import { type BackendHttp, isRecord, type Leash, NEVER_GONE } from './backend-http.ts';
import type { ShimConfig } from './config.ts';
import { ClientGone, ShimError } from './errors.ts';

const SHORT_MS = 4_000;
const PICTURE_MS = 60_000;
/** ComfyUI answers from memory, so that it may be asked this often. */
const POLL_MS = 40;

/** ComfyUI by its HTTP API; it has no plain way of telling when a job ends, so it is asked. */
export function createComfyUi(config: ShimConfig, http: BackendHttp, now: () => number): Backend {
  const models = async (leash: Leash): Promise<readonly UsableModel[]> => {
    const names = await http.json({ path: '/models/checkpoints', timeoutMs: SHORT_MS, leash });
    if (!Array.isArray(names)) throw new ShimError(502, 'backend_garbled', 'ComfyUI told no list of checkpoints');
    // A file name is all there is: who names his files otherwise says the size himself.
    return names
      .filter((name): name is string => typeof name === 'string')
      .map((name) => ({ name, key: name, hash: '', base: /xl/i.test(name) ? 'sdxl' : 'sd-1' }));
  };

  const cancel = (promptId: string): void => {
    const post = (path: string, body: unknown) => http.ask({ method: 'POST', path, body, timeoutMs: SHORT_MS, leash: NEVER_GONE });
    post('/queue', { delete: [promptId] })
      .then(() => post('/interrupt', { prompt_id: promptId }))
      .catch(() => undefined);
  };

  const finished = async (promptId: string, until: number, leash: Leash): Promise<Readonly<Record<string, unknown>>> => {
    for (;;) {
      const history = await http.json({ path: `/history/${promptId}`, timeoutMs: SHORT_MS, leash });
      const entry = isRecord(history) ? history[promptId] : null;
      if (isRecord(entry)) return entry;
      if (now() >= until) throw new ShimError(504, 'timed_out', `No picture within ${config.timeoutMs / 1000} s.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(
          () => {
            letGo();
            resolve();
          },
          Math.min(POLL_MS, config.pollMs),
        );
        const letGo = leash.onGone(() => {
          clearTimeout(timer);
          resolve();
        });
      });
      if (leash.isGone) throw new ClientGone();
    }
  };

  const fetchPicture = async (entry: Readonly<Record<string, unknown>>, leash: Leash): Promise<Buffer> => {
    const outputs = entry['outputs'];
    const saved = isRecord(outputs) ? outputs[SAVE_NODE] : null;
    const images: unknown = isRecord(saved) ? saved['images'] : null;
    const [image]: readonly unknown[] = Array.isArray(images) ? images : [];
    if (!isRecord(image)) throw notMade(entry);
    const query = ['filename', 'subfolder', 'type'].map((name) => `${name}=${encodeURIComponent(String(image[name] ?? ''))}`).join('&');
    const reply = await http.ask({ path: `/view?${query}`, timeoutMs: PICTURE_MS, leash });
    if (reply.status === 200) return reply.body;
    throw new ShimError(502, 'no_picture', `ComfyUI did not hand out its picture (status ${reply.status}).`);
  };

  return {
    models,
    readiness: async (leash) => {
      let stats: unknown;
      try {
        stats = await http.json({ path: '/system_stats', timeoutMs: SHORT_MS, leash });
      } catch (thrown) {
        return {
          links: [{ name: 'backend', isOk: false, said: thrown instanceof Error ? thrown.message : String(thrown) }],
          version: null,
        };
      }
      const system = isRecord(stats) ? stats['system'] : null;
      const version = isRecord(system) ? system['comfyui_version'] : null;
      const links: Link[] = [{ name: 'backend', isOk: true, said: `ComfyUI ${String(version ?? '')}` }];
      const found = await models(leash).catch(() => []);
      links.push({ name: 'model', isOk: found.length > 0, said: found.length > 0 ? `${found.length} usable` : 'There is no checkpoint.' });
      const devices: unknown = isRecord(stats) ? stats['devices'] : null;
      const isSeen = Array.isArray(devices) && devices.some((device: unknown) => isRecord(device) && device['type'] !== 'cpu');
      links.push({ name: 'gpu', isOk: isSeen, said: isSeen ? 'seen by ComfyUI' : 'ComfyUI sees no GPU, only the CPU.' });
      return { links, version };
    },
    generate: async (pictures, model, { requestId, leash }) => {
      const until = now() + config.timeoutMs * pictures.length;
      const open = new Set<string>();
      try {
        const prompts: string[] = [];
        for (const [index, picture] of pictures.entries()) {
          const prompt = comfyuiWorkflow(picture, model.key, `shim-${requestId}-${index}`);
          const reply = await http.json({
            method: 'POST',
            path: '/prompt',
            body: { prompt, client_id: requestId },
            timeoutMs: 30_000,
            leash,
          });
          const promptId = isRecord(reply) ? reply['prompt_id'] : null;
          if (typeof promptId !== 'string') throw new ShimError(502, 'backend_garbled', 'ComfyUI did not say which job it made.');
          open.add(promptId);
          prompts.push(promptId);
        }
        const made: Buffer[] = [];
        for (const promptId of prompts) {
          const entry = await finished(promptId, until, leash);
          open.delete(promptId);
          made.push(await fetchPicture(entry, leash));
        }
        return made;
      } finally {
        for (const promptId of open) cancel(promptId);
      }
    },
    close: () => http.close(),
  };
}

function notMade(entry: Readonly<Record<string, unknown>>): ShimError {
  const status = entry['status'];
  const messages: unknown = isRecord(status) ? status['messages'] : null;
  for (const message of Array.isArray(messages) ? messages : []) {
    const [kind, data]: readonly unknown[] = Array.isArray(message) ? message : [];
    if (kind === 'execution_interrupted') return new ShimError(502, 'canceled', 'The job was interrupted in ComfyUI.');
    if (kind === 'execution_error' && isRecord(data)) {
      const type = String(data['exception_type'] ?? 'Error');
      const code = /OutOfMemory/i.test(type) ? 'gpu_out_of_memory' : 'generation_failed';
      return new ShimError(502, code, `ComfyUI failed: ${type}: ${String(data['exception_message'] ?? '').slice(0, 600)}`);
    }
  }
  return new ShimError(502, 'no_picture', 'ComfyUI finished the job without a picture.');
}
