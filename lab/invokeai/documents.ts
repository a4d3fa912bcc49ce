import { bytesOf, type InstallJob, sourceOf, totalOf, urlOf } from './installs.ts';
import type { QueueItem } from './queue.ts';
import { INSTALLABLE, type LabModel, type Shelf } from './shelf.ts';

/** A model as the list tells it; an InvokeAI config, whose fields differ by kind. */
export function modelDocument(model: LabModel): Readonly<Record<string, unknown>> {
  const isMain = model.type === 'main';
  return {
    key: model.key,
    hash: model.hash,
    path: model.path,
    file_size: model.fileBytes,
    name: model.name,
    base: model.base,
    description: model.description,
    source: model.source,
    source_type: model.sourceType,
    source_api_response: null,
    source_url: null,
    cover_image: null,
    type: model.type,
    format: model.format,
    ...(isMain ? { variant: model.base === 'flux' ? 'dev' : 'normal', trigger_phrases: null, default_settings: null } : {}),
    ...(isMain && model.base !== 'flux' ? { prediction_type: 'epsilon' } : {}),
    ...(isMain && model.format === 'diffusers' ? { repo_variant: 'fp16' } : {}),
    ...(model.format === 'checkpoint' ? { config_path: null, converted_at: null } : {}),
    ...(model.type === 'lora' ? { trigger_phrases: null, default_settings: null } : {}),
    cpu_only: null,
  };
}

export function jobDocument(job: InstallJob): Readonly<Record<string, unknown>> {
  return {
    id: job.id,
    status: job.status,
    error_reason: job.error?.reason ?? null,
    config_in: {},
    config_out: job.made === null ? null : modelDocument(job.made),
    inplace: job.isInPlace,
    source: sourceOf(job),
    local_path: job.folder,
    bytes: bytesOf(job),
    total_bytes: totalOf(job),
    source_metadata: null,
    download_parts: job.parts.map((part, index) => ({
      id: index,
      dest: `${job.folder}/${part.path}`,
      download_path: part.bytes > 0 ? `${job.folder}/${part.path}` : null,
      status: part.status,
      bytes: part.bytes,
      total_bytes: part.totalBytes,
      error_type: null,
      error: null,
      source: urlOf(job, part.path),
      access_token: job.accessToken,
      priority: 10,
      job_started: null,
      job_ended: null,
      content_type: null,
      canonical_url: null,
      etag: null,
      last_modified: null,
      final_url: null,
      expected_total_bytes: null,
      resume_required: part.needsResume,
      resume_message: part.needsResume ? 'Resume refused by server' : null,
      resume_from_scratch: part.needsResume,
    })),
    error: job.error === null ? null : job.error.text,
    error_traceback: job.error === null ? null : `Traceback (most recent call last):\n${job.error.reason}: ${job.error.text}`,
  };
}

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString().replace('T', ' ').slice(0, 23));

/** A queue item; null fields are left out, as the server does. */
export function itemDocument(item: QueueItem): Readonly<Record<string, unknown>> {
  const execution = `exec-${item.itemId}`;
  const hasPicture = item.imageName !== null && item.outputNode !== null;
  const fields: Readonly<Record<string, unknown>> = {
    item_id: item.itemId,
    status: item.status,
    status_sequence: item.sequence,
    priority: item.priority,
    batch_id: item.batchId,
    origin: item.origin,
    destination: item.destination,
    session_id: item.sessionId,
    error_type: item.error?.type ?? null,
    error_message: item.error?.message ?? null,
    error_traceback: item.error === null ? null : `Traceback (most recent call last):\n${item.error.type}: ${item.error.message}`,
    created_at: time(item.createdMs),
    updated_at: time(item.updatedMs),
    started_at: time(item.startedMs),
    completed_at: time(item.completedMs),
    queue_id: 'default',
    user_id: 'system',
    device: item.startedMs === null ? null : 'cuda:0',
    session: {
      id: item.sessionId,
      graph: { id: item.sessionId, edges: [], ...item.graph },
      execution_graph: { id: `${item.sessionId}-x`, nodes: {}, edges: [] },
      executed: [],
      executed_history: [],
      results: hasPicture ? { [execution]: { type: 'image_output', image: { image_name: item.imageName }, width: 0, height: 0 } } : {},
      errors: item.error === null ? {} : { [execution]: `${item.error.type}: ${item.error.message}` },
      prepared_source_mapping: hasPicture ? { [execution]: item.outputNode } : {},
      source_prepared_mapping: hasPicture && item.outputNode !== null ? { [item.outputNode]: [execution] } : {},
    },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

export function imageDocument(
  name: string,
  size: { readonly width: number; readonly height: number },
  atMs: number,
): Readonly<Record<string, unknown>> {
  const at = time(atMs);
  return {
    image_name: name,
    image_url: `api/v1/images/i/${name}/full`,
    thumbnail_url: `api/v1/images/i/${name}/thumbnail`,
    image_origin: 'internal',
    image_category: 'general',
    width: size.width,
    height: size.height,
    created_at: at,
    updated_at: at,
    deleted_at: null,
    is_intermediate: false,
    session_id: null,
    node_id: null,
    starred: false,
    has_workflow: false,
    board_id: null,
  };
}

export function starterDocument(shelf: Shelf): Readonly<Record<string, unknown>> {
  const starter = (source: string, dependencies: readonly string[] = []): Readonly<Record<string, unknown>> => {
    const known = INSTALLABLE.find((entry) => entry.source === source);
    return {
      description: known?.description ?? '',
      source,
      name: known?.name ?? source,
      base: known?.base ?? 'sdxl',
      type: known?.type ?? 'main',
      format: null,
      variant: null,
      is_installed: shelf.has(source),
      previous_names: [],
      dependencies: dependencies.length === 0 ? null : dependencies.map((needed) => starter(needed)),
    };
  };
  const [sdxl = '', sd1 = '', vae = '', lora = '', flux = ''] = INSTALLABLE.map((entry) => entry.source);
  return {
    starter_models: [starter(sdxl, [vae]), starter(sd1), starter(vae), starter(lora), starter(flux)],
    starter_bundles: {
      'sd-1': { name: 'Stable Diffusion 1.5', models: [starter(sd1)] },
      sdxl: { name: 'SDXL', models: [starter(sdxl, [vae]), starter(vae), starter(lora)] },
    },
  };
}
