import type { DroppedSetting, FileFinding, RenamedSetting } from './finding.ts';
import { INVOKEAI_KEYS, type InvokeAiServer, schemaVersionFor } from './invokeai-keys.ts';
import { OLDER_SCHEMAS, readInvokeAiYaml } from './invokeai-yaml-read.ts';
import { acceptable, type TranslatedSettings, translateInvokeAiYaml } from './invokeai-yaml-translate.ts';
import { INSTALLED_COMMENT } from './text.ts';
import { type PlainValue, setYamlValue, yamlValue } from './yaml-edit.ts';

/** Settings that Setup writes, in the spelling of `invokeai.yaml`. Sizes in GB (1024³ bytes), `model_cache_keep_alive_min` in minutes. */
export type InvokeAiSettings = {
  readonly host?: string;
  readonly port?: number;
  readonly allow_origins?: readonly string[];
  /** Relative to the root folder, or absolute. */
  readonly models_dir?: string;
  readonly outputs_dir?: string;
  readonly log_format?: 'plain' | 'color' | 'syslog' | 'legacy';
  readonly log_level?: 'debug' | 'info' | 'warning' | 'error' | 'critical';
  readonly max_cache_ram_gb?: number;
  readonly max_cache_vram_gb?: number;
  readonly device_working_mem_gb?: number;
  readonly enable_partial_loading?: boolean;
  readonly keep_ram_copy_of_weights?: boolean;
  readonly model_cache_keep_alive_min?: number;
  readonly pytorch_cuda_alloc_conf?: string;
  /** `auto`, `cpu`, `cuda` or `cuda:N`. */
  readonly device?: string;
  readonly precision?: 'auto' | 'float16' | 'bfloat16' | 'float32';
  readonly download_proxy?: string;
  readonly allow_private_download_urls?: boolean;
  readonly multiuser?: boolean;
  readonly strict_password_checking?: boolean;
};

/** Settings by key; null removes a key. */
export type SettingChanges = Readonly<Record<string, PlainValue | null | undefined>>;

export interface InvokeAiYamlResult {
  readonly text: string;
  /** Settings that this server would refuse to start with, and those of the present file that are not carried over. */
  readonly dropped: readonly DroppedSetting[];
  readonly renamed: readonly RenamedSetting[];
  /** What was wrong with the present file. */
  readonly findings: readonly FileFinding[];
}

/** A new flat `invokeai.yaml` with the keys that this server knows, in the order in which InvokeAI writes them. */
export function renderInvokeAiYaml(settings: SettingChanges, server: InvokeAiServer): InvokeAiYamlResult {
  const { kept, dropped } = filtered(settings, server);
  const lines = [INSTALLED_COMMENT, `schema_version: ${schemaVersionFor(server)}`];
  for (const key of INVOKEAI_KEYS.keys()) {
    const value = kept.get(key);
    if (value !== undefined && value !== null) lines.push(`${key}: ${yamlValue(value)}`);
  }
  return { text: `${lines.join('\n')}\n`, dropped, renamed: [], findings: [] };
}

/**
 * The text of `invokeai.yaml` with these settings. A flat file is edited: comments, order and the operator's other settings stay. A nested
 * file of InvokeAI 3 is translated, an empty, broken or missing one (null) replaced. What was dropped is named with its reason.
 */
export function applyInvokeAiSettings(present: string | null, settings: SettingChanges, server: InvokeAiServer): InvokeAiYamlResult {
  if (present === null) return renderInvokeAiYaml(settings, server);
  const old = translateInvokeAiYaml(present, server);
  const made =
    (old.form === 'flat' ? edited(present, old, settings, server) : null) ?? renderInvokeAiYaml({ ...old.settings, ...settings }, server);
  return { ...made, dropped: [...old.dropped, ...made.dropped], renamed: old.renamed, findings: old.findings };
}

/** null = the text cannot be edited in place. */
function edited(present: string, old: TranslatedSettings, settings: SettingChanges, server: InvokeAiServer): InvokeAiYamlResult | null {
  const { kept, dropped } = filtered(settings, server);
  const { values } = readInvokeAiYaml(present, server);
  const schema = values['schema_version'];
  const changes = new Map<string, PlainValue | null>();
  if (schema === undefined || (server.version !== null && [...OLDER_SCHEMAS, '4.0.3'].includes(schema))) {
    changes.set('schema_version', schemaVersionFor(server));
  }
  for (const { key } of old.dropped) changes.set(key, null);
  for (const { from } of old.renamed) changes.set(from, null);
  for (const [key, value] of Object.entries(old.settings)) changes.set(key, value);
  for (const [key, value] of kept) changes.set(key, value);
  let text: string | null = present.endsWith('\n') ? present : `${present}\n`;
  for (const [key, value] of changes) text = text === null ? null : setYamlValue(text, [key], value);
  return text === null ? null : { text, dropped, renamed: [], findings: [] };
}

function filtered(settings: SettingChanges, server: InvokeAiServer) {
  const kept = new Map<string, PlainValue | null>();
  const dropped: DroppedSetting[] = [];
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    const judged = value === null ? null : acceptable(key, value, server);
    if (judged !== null && 'reason' in judged) dropped.push({ key, reason: judged.reason });
    else kept.set(key, value);
  }
  return { kept, dropped };
}
