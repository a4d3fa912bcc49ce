import {
  type HostAnswers,
  type ReadRequest,
  readFileRequest,
  readFileState,
  readListRequest,
  readUnitStates,
  readUnitsRequest,
} from '../../foundation/host-reader/answers.ts';
import { isReadable, readHost } from '../../foundation/host-reader/reader.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { REASONS } from './text.ts';

/** More services than a host of images has. */
const MAX_UNITS = 16;
const MAX_FILES = 60;
const LOG_MINUTES = 60;
const LOG_LINES = 5_000;
const REQUESTS_LOG = '/var/lib/gateway/data/requests.jsonl';
const MAX_REQUEST_LINES = 1_000;
const SITES = '/etc/nginx/sites-enabled';
const CONF = '/etc/nginx/conf.d';

/** Files that the programs of image generation are known to read. */
const KNOWN_FILES = [
  '/etc/ada-images-shim/shim.env',
  '/var/lib/invokeai/openai_images_shim/shim.env',
  '/var/lib/invokeai/invokeai.yaml',
  '/var/lib/gateway/app/.env',
  '/var/lib/gateway/app/app/backends_config.yaml',
  '/etc/nginx/nginx.conf',
];
const HOST_KINDS = ['os', 'boot', 'system', 'clock', 'health', 'gpuapps', 'disk /', 'inodes /', 'memory', 'listen'] as const;

export const REQUESTS_TAIL: ReadRequest = `tail ${REQUESTS_LOG} ${MAX_REQUEST_LINES}`;
export const logRequest = (unit: string): ReadRequest => `log ${unit} ${LOG_MINUTES} ${LOG_LINES}`;

export interface HostReadings {
  readonly units: readonly string[];
  /** Paths of files, in the order in which they were found. */
  readonly paths: readonly string[];
  readonly answers: HostAnswers;
  /** Requests about the host itself, whose answers are text. */
  readonly hostKinds: readonly ReadRequest[];
  /** Why nothing, or only the first part, was read; null = all was. */
  readonly failure: string | null;
}

/** `EnvironmentFile=-/etc/x.env`, `--root /srv/invokeai`, `INVOKEAI_ROOT=/srv/invokeai`. */
const ENVIRONMENT_FILE = /^[ \t]{0,8}EnvironmentFile[ \t]{0,8}=[ \t]{0,8}-?(\/[^\s"]{1,300})/gm;
const INVOKEAI_ROOT = /(?:INVOKEAI_ROOT=|--root[ =])"?(\/[^\s"]{1,300})/g;
const isPath = (path: string): boolean => path.startsWith('/') && isReadable(readFileRequest(path));

/** Reads the host with at most three commands: what is known, what that names, and what that names in turn. Never throws. */
export async function readForBundle(transport: Pick<Transport, 'exec'>, serviceNames: readonly string[]): Promise<HostReadings> {
  const units = serviceNames.slice(0, MAX_UNITS).filter((unit) => isReadable(logRequest(unit)));
  const paths = new Set<string>(KNOWN_FILES);
  const parts: HostAnswers[] = [];
  const answers: HostAnswers = { get: (request) => parts.map((part) => part.get(request)).find((answer) => answer !== null) ?? null };
  const read = async (requests: readonly ReadRequest[]): Promise<void> => {
    if (requests.length > 0) parts.push(await readHost(transport, requests, { asRoot: false }));
  };
  const readFiles = async (): Promise<void> =>
    await read([...paths].map(readFileRequest).filter((request) => answers.get(request) === null));
  const result = (failure: string | null): HostReadings => ({ units, paths: [...paths], answers, hostKinds: HOST_KINDS, failure });
  try {
    await read([
      ...(units.length === 0 ? [] : [readUnitsRequest(units)]),
      ...units.map(logRequest),
      ...HOST_KINDS,
      'kernellog',
      REQUESTS_TAIL,
      readListRequest(SITES),
      readListRequest(CONF),
      ...KNOWN_FILES.map(readFileRequest),
    ]);
    for (const path of named(units, answers)) if (paths.size < MAX_FILES) paths.add(path);
    await readFiles();
    for (const path of namedInFiles([...paths], answers)) if (paths.size < MAX_FILES) paths.add(path);
    await readFiles();
    return result(null);
  } catch (cause) {
    return result(cause instanceof Error ? cause.message : REASONS.unanswered);
  }
}

/** Files of units and the sites of nginx. */
function named(units: readonly string[], answers: HostAnswers): readonly string[] {
  const states = units.length === 0 ? [] : [...readUnitStates(answers.get(readUnitsRequest(units))).values()];
  const files = states.flatMap((state) => [state.get('FragmentPath') ?? '', ...(state.get('DropInPaths') ?? '').split(' ')]);
  const sites = [SITES, CONF].flatMap((folder) => (answers.get(readListRequest(folder))?.lines ?? []).map((name) => `${folder}/${name}`));
  return [...files, ...sites].filter(isPath);
}

/** Targets of links, and what units name in turn. */
function namedInFiles(paths: readonly string[], answers: HostAnswers): readonly string[] {
  return paths
    .flatMap((path) => {
      const file = readFileState(answers.get(readFileRequest(path)));
      if (file === null || file === undefined) return [];
      if (file.target !== null)
        return [file.target.startsWith('/') ? file.target : `${path.slice(0, path.lastIndexOf('/'))}/${file.target}`];
      if (file.text === null || !/\.(?:service|conf)$/.test(path)) return [];
      return [
        ...[...file.text.matchAll(ENVIRONMENT_FILE)].map(([, named = '']) => named),
        ...[...file.text.matchAll(INVOKEAI_ROOT)].map(([, root = '']) => `${root}/invokeai.yaml`),
      ];
    })
    .filter(isPath);
}
