import type { DroppedSetting, FileFinding, RenamedSetting } from './finding.ts';
import { type InvokeAiServer, knowsKey, problemOfValue, refusesKey } from './invokeai-keys.ts';
import { type InvokeAiYaml, knownSince, readInvokeAiYaml } from './invokeai-yaml-read.ts';
import { INVOKEAI_TEXT as TEXT } from './text.ts';
import type { PlainValue } from './yaml-edit.ts';

/** Settings in the spelling of the flat file. */
export interface TranslatedSettings {
  readonly form: InvokeAiYaml['form'];
  readonly settings: Readonly<Record<string, PlainValue>>;
  /** The keys of a flat file whose values stay in it as they are: lists of tokens, empty values, keys of a newer server. */
  readonly untouched: readonly string[];
  /** In the order of the file; the key as the file spells it. */
  readonly dropped: readonly DroppedSetting[];
  readonly renamed: readonly RenamedSetting[];
  /** Why the present file stops the server or is rewritten by it. */
  readonly findings: readonly FileFinding[];
}

type Fate = { readonly to: string; readonly value: unknown } | { readonly reason: string };

const drop = (reason: string) => (): Fate => ({ reason });
const renameTo =
  (to: string) =>
  (value: unknown): Fate => ({ to, value });

/** What became of the keys of InvokeAI 3 and of those that 4.0 to 5.6 retired. Source: config_default.py of 3.6.2 and of 6.14.2. */
const FATES: Readonly<Record<string, (value: unknown) => Fate>> = {
  outdir: renameTo('outputs_dir'),
  conf_path: renameTo('legacy_models_yaml_path'),
  tiled_decode: renameTo('force_tiled_decode'),
  png_compress_level: renameTo('pil_compress_level'),
  ram: renameTo('max_cache_ram_gb'),
  max_cache_size: renameTo('max_cache_ram_gb'),
  vram: drop(TEXT.vram),
  max_vram_cache_size: drop(TEXT.vram),
  lazy_offload: drop(TEXT.gone),
  convert_cache: drop(TEXT.noCache),
  always_use_cpu: (value) => (value === true ? { to: 'device', value: 'cpu' } : { reason: TEXT.defaultValue }),
  xformers_enabled: drop(TEXT.xformers),
  legacy_conf_dir: (value) => (value === 'configs/stable-diffusion' ? { reason: TEXT.defaultValue } : { to: 'legacy_conf_dir', value }),
  ...Object.fromEntries(['autoimport_dir', 'lora_dir', 'embedding_dir', 'controlnet_dir'].map((key) => [key, drop(TEXT.inDatabase)])),
  ...Object.fromEntries(
    ['esrgan', 'internet_available', 'ignore_missing_core_models', 'nsfw_checker', 'invisible_watermark', 'free_gpu_mem'].map((key) => [
      key,
      drop(TEXT.gone),
    ]),
  ),
};
/** Of several keys for one setting, the first that is there counts: InvokeAI prefers `ram` as well. */
const RAM_KEYS = ['max_cache_ram_gb', 'ram', 'max_cache_size'];

/**
 * Translates the settings of any `invokeai.yaml` into those that this server knows: the nested layout of InvokeAI 3, a flat file with keys
 * of older versions, or a file in good order. An unreadable file has no settings and a finding with its line. Never throws.
 */
export function translateInvokeAiYaml(text: string, server: InvokeAiServer): TranslatedSettings {
  const { form, values, findings } = readInvokeAiYaml(text, server);
  const settings: Record<string, PlainValue> = {};
  const dropped: DroppedSetting[] = [];
  const renamed: RenamedSetting[] = [];
  const untouched: string[] = [];
  const ramKey = RAM_KEYS.find((key) => key in values);
  for (const [key, given] of Object.entries(values)) {
    if (key === 'schema_version') continue;
    const fate: Fate =
      RAM_KEYS.includes(key) && key !== ramKey
        ? { reason: TEXT.ramSet }
        : Object.hasOwn(FATES, key)
          ? (FATES[key] ?? drop(TEXT.gone))(given)
          : { to: key, value: key === 'precision' && given === 'autocast' ? 'auto' : given };
    if (form === 'flat' && 'to' in fate && fate.to === key && isValidAsItIs(key, fate.value, server)) {
      untouched.push(key);
      continue;
    }
    const kept = 'reason' in fate ? fate : acceptable(fate.to, fate.value, server);
    if ('reason' in kept) dropped.push({ key, reason: kept.reason });
    else {
      settings[kept.to] = kept.value;
      if (kept.to !== key) renamed.push({ from: key, to: kept.to });
    }
  }
  return { form, settings, untouched, dropped, renamed, findings };
}

/** Valid, though nothing that Setup would write. */
const isValidAsItIs = (key: string, value: unknown, server: InvokeAiServer): boolean =>
  !refusesKey(server, key) && problemOfValue(key, value) === null && !(knowsKey(server, key) && isPlain(value));

/** The setting when this server starts with it, else the reason why not. */
export function acceptable(
  to: string,
  value: unknown,
  server: InvokeAiServer,
): { readonly to: string; readonly value: PlainValue } | { readonly reason: string } {
  if (!knowsKey(server, to)) return { reason: TEXT.notKnown(to, knownSince(to)) };
  const problem = problemOfValue(to, value);
  if (problem !== null) return { reason: TEXT.refusedValue(problem) };
  return isPlain(value) ? { to, value } : { reason: TEXT.unreadable };
}

const isPlain = (value: unknown): value is PlainValue =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (Array.isArray(value) && value.every((entry) => typeof entry === 'string'));
