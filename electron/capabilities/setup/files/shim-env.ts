import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { checkedLine, isOneLine } from './checked-words.ts';
import { type EnvChanges, editEnv } from './env-edit.ts';
import type { DroppedSetting } from './finding.ts';
import { carryPresets } from './shim-presets.ts';
import type { ShimBackend } from './shim-unit.ts';
import { readSystemdEnv, systemdEnvValue, systemdEnvValues } from './systemd-env.ts';
import { INSTALLED_COMMENT, SHIM_TEXT as TEXT } from './text.ts';

/** The only folder that the shim's unit lets it write to. */
const STATE_FOLDER = '/var/lib/ada-images-shim';
const SYNTAX = {
  read: (text: string) => readSystemdEnv(text).assignments,
  spell: (key: string, value: string) => `${key}=${systemdEnvValue(value)}`,
};

/** The variables of `shim.env` by name. */
export const readShimEnv = systemdEnvValues;

/** What Setup sets for a backend on this host. */
export const shimBackendEnv = (backend: ShimBackend): Readonly<Record<string, string>> =>
  backend === 'invokeai'
    ? { SHIM_MODE: 'invokeai_queue', INVOKEAI_BASE_URL: `http://127.0.0.1:${DEFAULT_PORTS.invokeai}` }
    : { SHIM_MODE: 'comfyui', COMFYUI_BASE_URL: `http://127.0.0.1:${DEFAULT_PORTS.comfyui}` };

/**
 * The text of `shim.env` with these variables: the present one edited, or a new one (null). Null removes a variable. Errors: `setup-bad-parameter` for a
 * value that is no single line.
 */
export function editShimEnv(present: string | null, changes: EnvChanges): string {
  for (const [key, value] of Object.entries(changes)) if (value !== null) checkedLine(key, value);
  return editEnv(present ?? `${INSTALLED_COMMENT}\n`, changes, SYNTAX);
}

/** What became of the settings of the earlier shim. */
export interface CarriedShimEnv {
  /** For {@link editShimEnv}. */
  readonly settings: Readonly<Record<string, string>>;
  readonly carried: readonly string[];
  readonly dropped: readonly DroppedSetting[];
}

type Rule = (value: string) => { readonly value: string } | { readonly reason: string };
const keep: Rule = (value) => ({ value });
const drop =
  (reason: string): Rule =>
  () => ({ reason });
const within =
  (least: number, most: number, isWhole = false): Rule =>
  (value) => {
    const number = Number(value);
    return number >= least && number <= most && (!isWhole || Number.isInteger(number)) ? { value } : { reason: TEXT.range(least, most) };
  };
const isTrueOrFalse: Rule = (value) => (/^(?:1|0|true|false|yes|no|on|off)$/i.test(value) ? { value } : { reason: TEXT.trueOrFalse });
const isHttp: Rule = (value) => (URL.canParse(value) && new URL(value).protocol === 'http:' ? { value } : { reason: TEXT.http });

/** The variables of both shims. A value that ours does not start with is dropped (ada2/images-shim/config.ts). */
const RULES: Readonly<Record<string, Rule>> = {
  SHIM_MODE: (value) =>
    value === 'invokeai_queue' || value === 'comfyui' ? { value } : { reason: value === 'stub' ? TEXT.stub : TEXT.mode },
  SHIM_PORT: drop(TEXT.port),
  INVOKEAI_BASE_URL: isHttp,
  INVOKEAI_QUEUE_ID: keep,
  INVOKEAI_DEFAULT_MODEL: keep,
  COMFYUI_BASE_URL: isHttp,
  SHIM_STRICT_MODEL: isTrueOrFalse,
  SHIM_REQUIRE_GPU: isTrueOrFalse,
  SHIM_DELETE_BACKEND_IMAGES: isTrueOrFalse,
  SHIM_POLL_INTERVAL_S: within(0.02, 60),
  SHIM_TIMEOUT_S: within(0.05, 86_400),
  SHIM_MAX_IN_FLIGHT: within(1, 10_000, true),
  SHIM_ALLOWED_HOSTS: (value) =>
    value.split(/[\s,]+/).every((name) => name === '' || /^[\w.-]{1,253}$/.test(name.replace(/\.$/, '')))
      ? { value }
      : { reason: TEXT.hosts },
  SHIM_SAVE_LAST_IMAGE_PATH: (value) => {
    const name = value.split('/').at(-1) ?? '';
    return /^[\w.-]+\.\w+$/.test(name) ? { value: `${STATE_FOLDER}/${name}` } : { reason: TEXT.imagePath };
  },
  SHIM_GRAPH_TEMPLATE_PATH: drop(TEXT.graph),
  SHIM_OUTPUT_NODE_ID: drop(TEXT.graph),
  SHIM_GRAPH_INPUTS_FORMAT: drop(TEXT.graph),
  SHIM_MODEL_INPUT_MODE: drop(TEXT.graph),
  SHIM_DEBUG_GRAPH_PATH: drop(TEXT.debug),
  SHIM_ENABLE_DEBUG_ENDPOINTS: drop(TEXT.debug),
};

/** Carries the settings of an earlier `shim.env`, of the Python shim as well, over to ours, and names what is dropped. Never throws. */
export function carryShimEnv(earlier: string): CarriedShimEnv {
  const settings: Record<string, string> = {};
  const dropped: DroppedSetting[] = [];
  for (const [key, raw] of readShimEnv(earlier)) {
    const value = raw.trim();
    if (value === '') continue;
    if (key === 'SHIM_MODEL_PRESETS_JSON') {
      const presets = carryPresets(value);
      dropped.push(...presets.dropped);
      if (presets.json !== null && isOneLine(presets.json)) settings[key] = presets.json;
      else if (presets.json !== null) dropped.push({ key, reason: TEXT.oneLine });
      continue;
    }
    const outcome = Object.hasOwn(RULES, key) && RULES[key] !== undefined ? RULES[key](value) : { reason: TEXT.notRead };
    if ('reason' in outcome) dropped.push({ key, reason: outcome.reason });
    else if (!isOneLine(outcome.value)) dropped.push({ key, reason: TEXT.oneLine });
    else settings[key] = outcome.value;
  }
  return { settings, carried: Object.keys(settings), dropped };
}
