import type { LabModel } from './installed-models.ts';

/** A model of the list: an InvokeAI config, whose fields differ by kind. */
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
    ...(isMain ? { variant: model.base === 'flux' ? 'dev' : 'normal', trigger_phrases: null, default_settings: settingsOf(model) } : {}),
    ...(isMain && model.base !== 'flux' ? { prediction_type: 'epsilon' } : {}),
    ...(model.type !== 'lora' && model.format === 'diffusers' ? { repo_variant: model.variant ?? 'fp16' } : {}),
    ...(model.format === 'checkpoint' ? { config_path: null } : {}),
    ...(model.type === 'lora' ? { trigger_phrases: null, default_settings: null } : {}),
    ...(model.type === 'vae' ? { cpu_only: null } : {}),
  };
}

function settingsOf({ base }: LabModel): Readonly<Record<string, unknown>> {
  const side = base === 'sd-1' ? 512 : 1024;
  const unset = { vae: null, vae_precision: null, scheduler: null, steps: null, cfg_scale: null, cfg_rescale_multiplier: null };
  return { ...unset, width: side, height: side, guidance: null, cpu_only: null, fp8_storage: null };
}
