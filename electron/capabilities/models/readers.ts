import {
  type CacheFact,
  HfLogin,
  type InstalledModel,
  type InvokeAiDevice,
  type StarterList,
  type StarterModel,
} from '../../../shared/capabilities/models/contract.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../shared/record.ts';
import { listOf, numberOf, textOf } from '../backends/values.ts';
import { describeSource, isRecognised } from './job-reader.ts';

/** Reads `GET /api/v2/models/` of InvokeAI 4.2 to 6.14; entries without key or name are left out. Sorted by type, main first, then name. */
export function readModels(document: unknown, missing: unknown): InstalledModel[] {
  const gone = new Set(listOf(isRecord(missing) ? missing['models'] : null).map((entry) => entry['key']));
  return listOf(isRecord(document) ? document['models'] : null)
    .flatMap((entry) => {
      const key = textOf(entry['key']);
      const name = textOf(entry['name']);
      if (key === null || name === null) return [];
      const path = textOf(entry['path']);
      return [
        {
          key,
          name,
          base: textOf(entry['base']) ?? 'unknown',
          type: textOf(entry['type']) ?? 'unknown',
          format: textOf(entry['format']) ?? 'unknown',
          bytes: numberOf(entry['file_size']),
          path,
          source: textOf(entry['source']) === null ? null : describeSource(entry['source']),
          isMissing: gone.has(key),
          isRecognised: isRecognised(entry),
          isManaged: path !== null && !path.startsWith('/'),
        },
      ];
    })
    .sort((a, b) => rank(a) - rank(b) || a.type.localeCompare(b.type) || a.name.localeCompare(b.name));
}

const rank = (model: InstalledModel): number => (model.type === 'main' ? 0 : 1);

export function readStarters(document: unknown): StarterList {
  const root = isRecord(document) ? document : {};
  const bundles = isRecord(root['starter_bundles']) ? Object.entries(root['starter_bundles']) : [];
  return {
    models: listOf(root['starter_models']).flatMap(starterOf),
    bundles: bundles.flatMap(([id, bundle]) => {
      // Before 6.0 a bundle is the list itself.
      const models = Array.isArray(bundle) ? listOf(bundle) : listOf(isRecord(bundle) ? bundle['models'] : null);
      const sources = models.flatMap((model) => [...needsOf(model), ...[textOf(model['source'])].filter((source) => source !== null)]);
      const name = isRecord(bundle) ? textOf(bundle['name']) : null;
      return sources.length === 0 ? [] : [{ name: name ?? plainText(id), sources: [...new Set(sources)] }];
    }),
  };
}

function starterOf(entry: Fields): StarterModel[] {
  const source = textOf(entry['source']);
  if (source === null) return [];
  return [
    {
      source,
      name: textOf(entry['name']) ?? source,
      description: textOf(entry['description']) ?? '',
      base: textOf(entry['base']) ?? 'unknown',
      type: textOf(entry['type']) ?? 'unknown',
      isInstalled: entry['is_installed'] === true,
      bytes: statedBytes(entry['description']),
      needs: needsOf(entry),
    },
  ];
}

const UNITS = { MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** The size that a description ends with, `~33GB`, in bytes; null where none is stated. */
export function statedBytes(description: unknown): number | null {
  const text = typeof description === 'string' ? description.slice(-MAX_SENTENCE_CHARS) : '';
  // An earlier size is that of something else, such as the required VRAM.
  const [, number = '', unit = ''] = [...text.matchAll(/~\s?(\d{1,5}(?:\.\d{1,3})?)\s?([MGT]B)\b/gi)].at(-1) ?? [];
  const factor = Object.entries(UNITS).find(([name]) => name === unit.toUpperCase())?.[1];
  return factor === undefined ? null : Math.round(Number(number) * factor);
}

const needsOf = (entry: Fields): string[] => listOf(entry['dependencies']).flatMap((needed) => textOf(needed['source']) ?? []);

/** `"valid"`, `"invalid"`, `"unknown"`; an older version has no such path. */
export function readHfLogin(document: unknown): HfLogin {
  const read = HfLogin.safeParse(document);
  return read.success ? read.data : 'unknown';
}

const CACHE_LABELS: Readonly<Record<string, string>> = {
  max_cache_ram_gb: 'RAM for models that are not in VRAM (default: half of the RAM)',
  max_cache_vram_gb: 'VRAM for models (default: all free VRAM)',
  device_working_mem_gb: 'VRAM reserved for generation; increase it to avoid running out of memory',
  enable_partial_loading: 'loads a model in parts when VRAM is short',
  keep_ram_copy_of_weights: 'switches models faster, but uses more RAM',
  model_cache_keep_alive_min: 'minutes until an idle model is unloaded (0: never)',
  clear_queue_on_startup: 'whether waiting jobs are deleted at startup',
};

/** The settings of cache and queue from `GET /api/v1/app/runtime_config`; settings that are not reported are left out. */
export function readCache(document: unknown): CacheFact[] {
  const config = isRecord(document) && isRecord(document['config']) ? document['config'] : {};
  return Object.entries(CACHE_LABELS).flatMap(([name, message]) => {
    const value = config[name];
    if (value === undefined || (typeof value === 'object' && value !== null)) return [];
    return [{ name, message, value: value === null ? 'unset' : plainText(String(value)) }];
  });
}

/**
 * The device that InvokeAI runs on: `GET /api/v1/app/generation_device_options` (6.14), else `GET /api/v1/app/app_deps`, which can prove
 * only that there is no GPU: the CUDA version is the one that PyTorch was built for.
 */
export function readDevice(options: unknown, dependencies: unknown): InvokeAiDevice {
  const devices = listOf(options);
  const gpu = devices.find((entry) => textOf(entry['device'])?.startsWith('cpu') === false);
  if (gpu !== undefined) return { kind: 'gpu', name: textOf(gpu['name']) };
  if (devices.length > 0) return { kind: 'cpu', name: textOf(devices[0]?.['name']) };
  const isCpuBuild = isRecord(dependencies) && (dependencies['CUDA'] === 'N/A' || /\+cpu$/.test(textOf(dependencies['torch']) ?? ''));
  return { kind: isCpuBuild ? 'cpu' : 'unknown', name: null };
}
