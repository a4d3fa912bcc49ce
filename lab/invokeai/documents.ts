import { bytesOf, type InstallJob, sourceOf, totalOf, urlOf } from './install-job.ts';
import { modelDocument } from './model-document.ts';
import { INSTALLABLE, type Shelf } from './shelf.ts';

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
