import { SCHEDULERS } from '../../shared/image-graphs/rules.ts';
import { isRecord } from '../../shared/record.ts';
import { hostName } from './http-guard.ts';

/** The settings of a preset; missing ones come from the request or the model. */
export interface Preset {
  readonly model: string;
  readonly steps: number | null;
  readonly guidance: number | null;
  readonly scheduler: string | null;
}

export interface ShimConfig {
  readonly mode: 'stub' | 'invokeai_queue' | 'comfyui';
  readonly port: number;
  readonly backendUrl: URL;
  readonly queueId: string;
  readonly defaultModel: string | null;
  /** By lower-case name. */
  readonly presets: ReadonlyMap<string, Preset>;
  readonly isStrict: boolean;
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly lastImageFile: string | null;
  /** Further names of this host, in lower case. */
  readonly allowedHosts: readonly string[];
  /** Whether an image is deleted in the backend once it was handed out. */
  readonly isDeletedAfterwards: boolean;
  /** Whether a backend that sees only the CPU counts as not ready. */
  readonly isGpuRequired: boolean;
  /** Names that an earlier shim knew and this one has no use for. */
  readonly unused: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const MODES = ['stub', 'invokeai_queue', 'comfyui'] as const;
const NO_LONGER_USED = [
  'SHIM_MODEL_INPUT_MODE',
  'SHIM_GRAPH_TEMPLATE_PATH',
  'SHIM_OUTPUT_NODE_ID',
  'SHIM_GRAPH_INPUTS_FORMAT',
  'SHIM_DEBUG_GRAPH_PATH',
  'SHIM_ENABLE_DEBUG_ENDPOINTS',
];

/** Reads the environment; throws an Error that names the variable and what it may be. */
export function readConfig(environment: Environment): ShimConfig {
  const text = (name: string): string | null => {
    const value = (environment[name] ?? '').trim();
    return value === '' ? null : value;
  };
  const mode = MODES.find((known) => known === (text('SHIM_MODE') ?? 'invokeai_queue'));
  if (mode === undefined) throw new Error(`SHIM_MODE must be one of ${MODES.join(', ')}`);
  return {
    mode,
    port: whole(text('SHIM_PORT'), 'SHIM_PORT', 9091, 0, 65_535),
    backendUrl:
      mode === 'comfyui'
        ? url(text('COMFYUI_BASE_URL') ?? 'http://127.0.0.1:8188', 'COMFYUI_BASE_URL')
        : url(text('INVOKEAI_BASE_URL') ?? 'http://127.0.0.1:9090', 'INVOKEAI_BASE_URL'),
    queueId: text('INVOKEAI_QUEUE_ID') ?? 'default',
    defaultModel: text('INVOKEAI_DEFAULT_MODEL'),
    presets: readPresets(text('SHIM_MODEL_PRESETS_JSON')),
    isStrict: isTrue(text('SHIM_STRICT_MODEL'), 'SHIM_STRICT_MODEL', true),
    pollMs: 1000 * number(text('SHIM_POLL_INTERVAL_S'), 'SHIM_POLL_INTERVAL_S', 0.25, 0.02, 60),
    timeoutMs: 1000 * number(text('SHIM_TIMEOUT_S'), 'SHIM_TIMEOUT_S', 300, 0.05, 86_400),
    maxInFlight: whole(text('SHIM_MAX_IN_FLIGHT'), 'SHIM_MAX_IN_FLIGHT', 64, 1, 10_000),
    lastImageFile: text('SHIM_SAVE_LAST_IMAGE_PATH'),
    allowedHosts: (text('SHIM_ALLOWED_HOSTS') ?? '')
      .split(/[\s,]+/)
      .filter((name) => name !== '')
      .map(readHost),
    isGpuRequired: isTrue(text('SHIM_REQUIRE_GPU'), 'SHIM_REQUIRE_GPU', false),
    isDeletedAfterwards: isTrue(text('SHIM_DELETE_BACKEND_IMAGES'), 'SHIM_DELETE_BACKEND_IMAGES', false),
    unused: NO_LONGER_USED.filter((name) => text(name) !== null),
  };
}

function isTrue(value: string | null, name: string, fallback: boolean): boolean {
  if (value === null) return fallback;
  if (!/^(1|0|true|false|yes|no|on|off)$/i.test(value)) throw new Error(`${name} must be true or false`);
  return /^(1|true|yes|on)$/i.test(value);
}

function number(value: string | null, name: string, fallback: number, least: number, most: number): number {
  if (value === null) return fallback;
  const read = Number(value);
  if (!Number.isFinite(read) || read < least || read > most) throw new Error(`${name} must be a number from ${least} to ${most}`);
  return read;
}

function whole(value: string | null, name: string, fallback: number, least: number, most: number): number {
  const read = number(value, name, fallback, least, most);
  if (!Number.isInteger(read)) throw new Error(`${name} must be a whole number from ${least} to ${most}`);
  return read;
}

/** The name alone: a port, a scheme or a path beside it would never match a request. */
function readHost(value: string): string {
  const name = hostName(value.replace(/^https?:\/\//i, '').replace(/\/.*$/, ''));
  if (/^[\w.-]{1,253}$/.test(name)) return name;
  throw new Error(`SHIM_ALLOWED_HOSTS must be names like images.example.org, got ${value.slice(0, 100)}`);
}

function url(value: string, name: string): URL {
  try {
    const read = new URL(value);
    if (read.protocol === 'http:') return read;
  } catch {
    // Reported below.
  }
  throw new Error(`${name} must be a URL like http://127.0.0.1:${name === 'COMFYUI_BASE_URL' ? 8188 : 9090}`);
}

/** `{"gpu_slow": {"model": "…", "steps": 30, "cfg_scale": 6}, "quick": "a model"}`. */
function readPresets(json: string | null): ReadonlyMap<string, Preset> {
  const presets = new Map<string, Preset>();
  if (json === null) return presets;
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw new Error('SHIM_MODEL_PRESETS_JSON is not valid JSON on one line');
  }
  if (!isRecord(document)) throw new Error('SHIM_MODEL_PRESETS_JSON must be an object of names');
  for (const [name, value] of Object.entries(document)) {
    const given = isRecord(value) ? value : { model: value };
    const model = given['model'] ?? given['upstream_model'];
    if (typeof model !== 'string' || model.trim() === '') throw new Error(`SHIM_MODEL_PRESETS_JSON: ${name} names no model`);
    const numeric = (key: string, least: number, most: number, isComplete = false): number | null => {
      const value = given[key];
      if (value === undefined || value === null) return null;
      if (typeof value === 'number' && value >= least && value <= most && (!isComplete || Number.isInteger(value))) return value;
      throw new Error(`SHIM_MODEL_PRESETS_JSON: ${key} of ${name} must be a ${isComplete ? 'whole ' : ''}number from ${least} to ${most}`);
    };
    const scheduler = given['scheduler'] ?? null;
    if (scheduler !== null && !SCHEDULERS.some((known) => known === scheduler)) {
      throw new Error(`SHIM_MODEL_PRESETS_JSON: scheduler of ${name} must be one of ${SCHEDULERS.join(', ')}`);
    }
    presets.set(name.toLowerCase(), {
      model: model.trim(),
      steps: numeric('steps', 1, 200, true),
      guidance: numeric('cfg_scale', 0, 100) ?? numeric('guidance_scale', 0, 100),
      scheduler: typeof scheduler === 'string' ? scheduler : null,
    });
  }
  return presets;
}
