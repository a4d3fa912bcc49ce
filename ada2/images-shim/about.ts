import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Backend } from './backend.ts';
import { NEVER_CANCELLED } from './backend-http.ts';
import { modelByName } from './choose-model.ts';
import type { ShimConfig } from './config.ts';
import { ShimError, toShimError } from './errors.ts';

/** Answers with JSON; `reason`: the reason phrase, by default that of the status. */
export function send(response: ServerResponse, status: number, body: unknown, reason?: string): void {
  const text = JSON.stringify(body);
  response.writeHead(status, reason ?? STATUS_CODES[status] ?? '', {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** `GET /readyz`: 200 only if an image could be made now; else 503 with the first link that fails. */
export async function answerReadiness(
  response: ServerResponse,
  o: { readonly config: ShimConfig; readonly backend: Backend; readonly build: string },
): Promise<void> {
  const { links, version } = await o.backend.readiness();
  const failing = links.find((link) => !link.isOk) ?? null;
  send(response, failing === null ? 200 : 503, {
    status: failing === null ? 'ok' : 'not_ready',
    mode: o.config.mode,
    shim_build: o.build,
    shim_save_last_image_path: o.config.lastImageFile,
    invokeai_version: o.config.mode === 'invokeai_queue' ? version : null,
    comfyui_version: o.config.mode === 'comfyui' ? version : null,
    failing: failing === null ? null : failing.name,
    links: links.map((link) => ({ name: link.name, ok: link.isOk, said: link.said })),
    ...(failing === null ? {} : { detail: failing.said }),
  });
}

/**
 * `GET /v1/models`: presets first, then the image models; with `raw=true` also the reason for an empty list. With `id`, only this
 * model. A preset's `metadata.available` is true if its model is installed; null = not reported by the backend. Throws 404.
 */
export async function answerModels(
  response: ServerResponse,
  o: { readonly config: ShimConfig; readonly backend: Backend; readonly isRaw: boolean; readonly id: string | null },
): Promise<void> {
  const { config, backend, isRaw, id: wanted } = o;
  let upstreamError: string | null = null;
  const models = await backend.models(NEVER_CANCELLED).catch((thrown: unknown) => {
    upstreamError = toShimError(thrown).message;
    return [];
  });
  const created = 0;
  const presets = [...config.presets].map(([id, preset]) => ({
    id,
    object: 'model',
    created,
    owned_by: 'shim',
    metadata: {
      model: preset.model,
      available: upstreamError === null ? modelByName(preset.model, models) !== null : null,
      steps: preset.steps,
      cfg_scale: preset.guidance,
      scheduler: preset.scheduler,
    },
  }));
  const owner = config.mode === 'comfyui' ? 'comfyui' : 'invokeai';
  const installed = models.map(({ name, key, base, hash }) => ({
    id: name,
    object: 'model',
    created,
    owned_by: owner,
    name,
    metadata: { base, type: 'main', hash, key },
  }));
  if (wanted !== null) {
    const found = [...presets, ...installed].find(({ id }) => id === wanted) ?? installed.find(({ metadata }) => metadata.key === wanted);
    if (found !== undefined) return send(response, 200, found);
    if (upstreamError !== null) throw new ShimError(502, 'backend_unreachable', upstreamError);
    throw new ShimError(404, 'model_not_found', `There is no model ${wanted.slice(0, 100)}.`, { param: 'model' });
  }
  send(response, 200, {
    object: 'list',
    data: [...presets, ...installed],
    ...(isRaw
      ? { shim: { invokeai_base_url: config.backendUrl.origin, upstream_error: upstreamError, preset_names: presets.map(({ id }) => id) } }
      : {}),
  });
}
