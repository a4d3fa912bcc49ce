import { isAtLeast } from '../../backends/invokeai.ts';

/** What pydantic accepts for a key: it turns numbers in quotes into numbers and `yes` into a boolean, but no number into a text. */
export type KeyKind =
  | { readonly kind: 'text' | 'boolean' | 'texts' | 'device' | 'devices' | 'list' }
  | { readonly kind: 'whole' | 'number'; readonly least: number; readonly most: number; readonly isLeastExcluded: boolean }
  | { readonly kind: 'choice'; readonly choices: readonly (string | number)[] };

interface KeyFacts {
  readonly type: KeyKind;
  /** Minor of 6.x in which the key appeared; 0 = known by every 6.x. */
  readonly since: number;
  /** Accepted and ignored since 5.6. */
  readonly hasNoEffect?: true;
  /** A token or key. */
  readonly isSecret?: true;
}

const of = (kind: 'text' | 'boolean' | 'texts' | 'device' | 'devices' | 'list', since = 0): KeyFacts => ({ type: { kind }, since });
const numberOf = (kind: 'whole' | 'number', since = 0, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): KeyFacts => ({
  type: { kind, least, most, isLeastExcluded: false },
  since,
});
const above0 = (kind: 'whole' | 'number'): KeyFacts => ({
  type: { kind, least: 0, most: Number.POSITIVE_INFINITY, isLeastExcluded: true },
  since: 0,
});
const oneOf = (since: number, ...choices: readonly (string | number)[]): KeyFacts => ({ type: { kind: 'choice', choices }, since });
/** The newest 6.x that the list describes. */
const NEWEST_MINOR = 14;
const HASHES = [
  ...['blake3_multi', 'blake3_single', 'random', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'blake2b', 'blake2s'],
  ...['sha3_224', 'sha3_256', 'sha3_384', 'sha3_512', 'shake_128', 'shake_256'],
];
const LEVELS = ['debug', 'info', 'warning', 'error', 'critical'];

/**
 * The keys of `invokeai.yaml` for 6.0 to 6.14, in the order in which InvokeAI writes them. Source: the class InvokeAIAppConfig of the
 * published packages 6.0.0, 6.5.0, 6.8.0 to 6.12.0, 6.13.8 and 6.14.2, compared. A server refuses to start with a key that it does not know.
 */
export const INVOKEAI_KEYS: ReadonlyMap<string, KeyFacts> = new Map(
  Object.entries<KeyFacts>({
    schema_version: of('text'),
    legacy_models_yaml_path: of('text'),
    host: of('text'),
    port: numberOf('whole', 0, 0, 65_535),
    allow_origins: of('texts'),
    allow_credentials: of('boolean'),
    allow_methods: of('texts'),
    allow_headers: of('texts'),
    ssl_certfile: of('text'),
    ssl_keyfile: of('text'),
    base_url: of('text', 14),
    forwarded_allow_ips: of('text', 14),
    http_compression_level: numberOf('whole', 14, 0, 9),
    log_tokenization: of('boolean'),
    patchmatch: of('boolean'),
    models_dir: of('text'),
    convert_cache_dir: of('text'),
    download_cache_dir: of('text'),
    legacy_conf_dir: of('text'),
    db_dir: of('text'),
    outputs_dir: of('text'),
    image_subfolder_strategy: oneOf(13, 'flat', 'date', 'type', 'hash'),
    custom_nodes_dir: of('text'),
    style_presets_dir: of('text'),
    fonts_dir: of('text', 14),
    workflow_thumbnails_dir: of('text'),
    log_handlers: of('texts'),
    log_format: oneOf(0, 'plain', 'color', 'syslog', 'legacy'),
    log_level: oneOf(0, ...LEVELS),
    log_sql: of('boolean'),
    log_level_network: oneOf(0, ...LEVELS),
    use_memory_db: of('boolean'),
    dev_reload: of('boolean'),
    profile_graphs: of('boolean'),
    profile_prefix: of('text'),
    profiles_dir: of('text'),
    max_cache_ram_gb: above0('number'),
    max_cache_vram_gb: numberOf('number', 0, 0),
    log_memory_usage: of('boolean'),
    model_cache_keep_alive_min: numberOf('number', 10, 0),
    device_working_mem_gb: numberOf('number'),
    enable_partial_loading: of('boolean'),
    keep_ram_copy_of_weights: of('boolean'),
    ram: { ...above0('number'), hasNoEffect: true },
    vram: { ...numberOf('number', 0, 0), hasNoEffect: true },
    lazy_offload: { ...of('boolean'), hasNoEffect: true },
    pytorch_cuda_alloc_conf: of('text'),
    device: of('device'),
    generation_devices: of('devices', 14),
    offload_text_encoders_to_idle_gpus: of('boolean', 14),
    precision: oneOf(0, 'auto', 'float16', 'bfloat16', 'float32'),
    sequential_guidance: of('boolean'),
    wan_memory_optimization: of('boolean', 14),
    pid_memory_optimization: of('boolean', 14),
    attention_type: oneOf(0, 'auto', 'normal', 'xformers', 'sliced', 'torch-sdp'),
    attention_slice_size: oneOf(0, 'auto', 'balanced', 'max', 1, 2, 3, 4, 5, 6, 7, 8),
    force_tiled_decode: of('boolean'),
    pil_compress_level: numberOf('whole'),
    max_queue_size: above0('whole'),
    session_queue_mode: oneOf(14, 'FIFO', 'round_robin'),
    clear_queue_on_startup: of('boolean'),
    max_queue_history: numberOf('whole', 13, 0),
    allow_nodes: of('texts'),
    deny_nodes: of('texts'),
    node_cache_size: numberOf('whole'),
    hashing_algorithm: oneOf(0, ...HASHES),
    remote_api_tokens: { ...of('list'), isSecret: true },
    scan_models_on_startup: of('boolean'),
    allow_private_download_urls: of('boolean', 13),
    download_proxy: of('text', 13),
    unsafe_disable_picklescan: of('boolean', 5),
    allow_unknown_models: of('boolean', 9),
    multiuser: of('boolean', 12),
    strict_password_checking: of('boolean', 12),
    ...Object.fromEntries(
      ['alibabacloud', 'gemini', 'openai', 'seedream'].flatMap((provider) => [
        [`external_${provider}_api_key`, { ...of('text', 13), isSecret: true }],
        [`external_${provider}_base_url`, of('text', 13)],
      ]),
    ),
  }),
);

/** The server that is to read the file. */
export interface InvokeAiServer {
  /** `6.14.2`; null = not known, then only what every 6.x knows is written. */
  readonly version: string | null;
  /** The keys that a running server names in its `/openapi.json` (components.schemas.InvokeAIAppConfig.properties); they take precedence. */
  readonly keys?: readonly string[];
}

const isSince = ({ version }: InvokeAiServer, minor: number): boolean => minor === 0 || (version !== null && isAtLeast(version, 6, minor));

/** Whether the server surely starts with this key in its file. */
export function knowsKey(server: InvokeAiServer, key: string): boolean {
  const facts = INVOKEAI_KEYS.get(key);
  return server.keys === undefined ? facts !== undefined && isSince(server, facts.since) : server.keys.includes(key);
}

/** Whether the server surely refuses to start with this key. A version that is not known, or newer than the list, may know it. */
export function refusesKey(server: InvokeAiServer, key: string): boolean {
  if (server.keys !== undefined || knowsKey(server, key)) return !knowsKey(server, key);
  if (server.version === null) return !INVOKEAI_KEYS.has(key);
  return !isAtLeast(server.version, 6, NEWEST_MINOR + 1);
}

/** `schema_version` for a new file. 4.0.2 loads from 5.0 on; from 6.13 on a file of 4.0.2 is rewritten without its comments at the next start. */
export const schemaVersionFor = (server: InvokeAiServer): '4.0.2' | '4.0.3' => (isSince(server, 13) ? '4.0.3' : '4.0.2');

/** Why a server refuses this value, as the end of a sentence; null = it is accepted, or the key's rule is not known here. */
export function problemOfValue(key: string, value: unknown): string | null {
  const type = INVOKEAI_KEYS.get(key)?.type;
  if (type === undefined || (value === null && isOptional(key))) return null;
  switch (type.kind) {
    case 'text':
      return typeof value === 'string' ? null : 'must be text';
    case 'choice':
      return type.choices.some((choice) => choice === value) ? null : `must be one of ${type.choices.join(', ')}`;
    case 'device':
      return isDevice(value) || value === 'auto' ? null : 'must be auto, cpu, cuda or cuda:N';
    case 'devices':
      return value === 'auto' || (Array.isArray(value) && value.length > 0 && value.every(isDevice))
        ? null
        : 'must be auto or a list of devices';
    case 'boolean':
      return isBoolean(value) ? null : 'must be true or false';
    case 'texts':
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? null : 'must be a list of texts';
    case 'list':
      return Array.isArray(value) ? null : 'must be a list';
    default:
      return problemOfNumber(type, numeric(value));
  }
}

function problemOfNumber(
  { kind, least, most, isLeastExcluded }: Extract<KeyKind, { readonly least: number }>,
  number: number,
): string | null {
  if (Number.isNaN(number) || (kind === 'whole' && !Number.isInteger(number))) return `must be a ${kind === 'whole' ? 'whole ' : ''}number`;
  if (number > most) return `must be ${most} or less`;
  if (number < least || (isLeastExcluded && number === least))
    return `must be ${isLeastExcluded ? `more than ${least}` : `${least} or more`}`;
  return null;
}

const OPTIONAL =
  /^(?:ssl_|base_url$|profile_prefix$|legacy_models|max_cache_|max_queue_history$|v?ram$|pytorch_|allow_nodes$|deny_nodes$|remote_api_tokens$|download_proxy$|external_)/;
const isOptional = (key: string): boolean => OPTIONAL.test(key);
const isDevice = (value: unknown): boolean => typeof value === 'string' && /^(?:cpu|mps|(?:cuda|xpu)(?::\d{1,3})?)$/.test(value);
const isBoolean = (value: unknown): boolean =>
  typeof value === 'string'
    ? /^(?:0|1|t|f|y|n|true|false|yes|no|on|off)$/i.test(value)
    : typeof value === 'boolean' || value === 0 || value === 1;

function numeric(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  return typeof value === 'string' && /^[\d.+-]/.test(value.trim()) ? Number(value) : Number.NaN;
}
