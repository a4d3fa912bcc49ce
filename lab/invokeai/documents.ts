import { bytesOf, type InstallJob, sourceOf, totalOf, urlOf } from './install-job.ts';
import { INSTALLABLE, type Installable, type InstalledModels } from './installed-models.ts';
import { modelDocument } from './model-document.ts';
import { type LabStarter, starterBundles, startersWith } from './starters.ts';

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
      error_type: part.error?.reason ?? null,
      error: part.error?.text ?? null,
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
      resume_required: false,
      resume_message: null,
      resume_from_scratch: false,
    })),
    error: job.error === null ? null : job.error.text,
    error_traceback: job.error === null ? null : `Traceback (most recent call last):\n${job.error.reason}: ${job.error.text}`,
  };
}

export function starterDocument(installed: InstalledModels): Readonly<Record<string, unknown>> {
  const starters = startersWith(INSTALLABLE.map(knownStarter));
  const bySource = new Map(starters.map((starter) => [starter.source, starter]));
  const plain = ({ source, name, base, type, description }: LabStarter) => ({
    description,
    source,
    name,
    base,
    type,
    format: null,
    variant: null,
    is_installed: installed.has(source),
    previous_names: [],
  });
  const whole = (starter: LabStarter) => {
    const needed = starter.needs.flatMap((source) => bySource.get(source) ?? []).map(plain);
    return { ...plain(starter), dependencies: needed.length === 0 ? null : needed };
  };
  return {
    starter_models: starters.map(whole),
    starter_bundles: Object.fromEntries(
      Object.entries(starterBundles(starters)).map(([base, { name, models }]) => [base, { name, models: models.map(whole) }]),
    ),
  };
}

const VAE_OF_SDXL = 'madebyollin/sdxl-vae-fp16-fix';

function knownStarter({ source, name, base, type, description }: Installable): LabStarter {
  return { source, name, base, type, description, needs: base === 'sdxl' && type === 'main' ? [VAE_OF_SDXL] : [] };
}
