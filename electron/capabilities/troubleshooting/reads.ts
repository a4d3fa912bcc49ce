import { type ReadRequest, readFileRequest, readStatRequest, readUnitsRequest } from '../../foundation/host-reader/answers.ts';
import { MAX_LOG_LINES } from './parse-log.ts';
import { UNIT_NAMES } from './rule.ts';

const MIN_MINUTES = 30;
const MAX_MINUTES = 24 * 60;
const BEFORE_MINUTES = 15;
const MINUTE_MS = 60_000;

const ROOT = '/var/lib/invokeai';
const GATEWAY_ROOT = '/var/lib/gateway';

export const DISK_PATHS = ['/', ROOT] as const;
export const GATEWAY_PATHS = {
  requests: `${GATEWAY_ROOT}/data/requests.jsonl`,
  images: `${GATEWAY_ROOT}/data/ui_images`,
  backends: `${GATEWAY_ROOT}/app/app/backends_config.yaml`,
  deployed: `${GATEWAY_ROOT}/app/DEPLOYED_GATEWAY_COMMIT`,
  environment: `${GATEWAY_ROOT}/app/.env`,
} as const;

/** How far back the logs are read, so that they hold what came before the moment. */
export function minutesToRead(atMs: number, nowMs: number): number {
  const minutes = Math.ceil((nowMs - atMs) / MINUTE_MS) + BEFORE_MINUTES;
  return Math.min(MAX_MINUTES, Math.max(MIN_MINUTES, minutes));
}

/** All that is read on the host, with one command. */
export interface HostReads {
  readonly units: ReadRequest;
  readonly logs: Readonly<Record<keyof typeof UNIT_NAMES, ReadRequest>>;
  readonly disks: Readonly<Record<(typeof DISK_PATHS)[number], ReadRequest>>;
  readonly all: readonly ReadRequest[];
}

export function hostReads(minutes: number): HostReads {
  const log = (unit: string): ReadRequest => `log ${unit} ${minutes} ${MAX_LOG_LINES}`;
  const units = readUnitsRequest(Object.values(UNIT_NAMES));
  const logs = { invokeai: log(UNIT_NAMES.invokeai), shim: log(UNIT_NAMES.shim), nginx: log(UNIT_NAMES.nginx) };
  const disks = { '/': 'disk /', [ROOT]: `disk ${ROOT}` } as const;
  return {
    units,
    logs,
    disks,
    all: [units, ...Object.values(logs), 'kernellog', 'health', 'pci', 'gpuapps', ...Object.values(disks), 'memory', 'listen', 'boot'],
  };
}

export const GATEWAY_READS = {
  requests: `tail ${GATEWAY_PATHS.requests} 200`,
  images: readStatRequest(GATEWAY_PATHS.images),
  backends: readFileRequest(GATEWAY_PATHS.backends),
  deployed: readStatRequest(GATEWAY_PATHS.deployed),
  environment: readStatRequest(GATEWAY_PATHS.environment),
} as const satisfies Readonly<Record<string, ReadRequest>>;
