import { MAX_NAME_CHARS, plainText } from '../../../shared/plain-text.ts';
import { isRecord } from '../../../shared/record.ts';
import {
  type HostAnswers,
  type ReadAnswer,
  type ReadRequest,
  readFileState,
  readUnitStates,
} from '../../foundation/host-reader/answers.ts';
import { countOf, numberOf, textOf } from '../backends/values.ts';
import { readGpuPrograms, readGpus } from '../checks/lists/gpu-facts.ts';
import {
  type DiskReading,
  type Evidence,
  type GatewayRequestLine,
  known,
  type Listener,
  type Part,
  type ServiceName,
  type UnitReading,
  unknown,
} from './evidence.ts';
import { parseLogLines } from './parse-log.ts';
import { DISK_PATHS, GATEWAY_READS, type HostReads } from './reads.ts';
import { UNIT_NAMES } from './rule.ts';

const MAX_JSON_CHARS = 4_000;

const DENIED = 'the login may not read the logs';
const NOT_ANSWERED = 'the host did not answer this';

/** What the reader of the host answered, for the rules; `offsetMs`: its clock minus this computer's. Never throws. */
export function readHostParts(
  answers: HostAnswers,
  reads: HostReads,
  o: { readonly offsetMs: number },
): Pick<Evidence, 'units' | 'logs' | 'kernel' | 'gpu' | 'gpuPrograms' | 'disks' | 'memory' | 'listeners' | 'boot'> {
  const programs = readGpuPrograms(answers);
  const log = (request: ReadRequest) => logPart(answers.get(request), o.offsetMs);
  return {
    units: unitParts(answers.get(reads.units), o.offsetMs),
    logs: { invokeai: log(reads.logs.invokeai), shim: log(reads.logs.shim), nginx: log(reads.logs.nginx) },
    kernel: logPart(answers.get('kernellog'), o.offsetMs),
    gpu: gpuPart(answers),
    gpuPrograms: programs === null ? unknown('nvidia-smi did not list the programs on the GPU') : known(programs),
    disks: diskParts(answers, reads),
    memory: memoryPart(answers.get('memory')),
    listeners: listenerPart(answers.get('listen')),
    boot: bootPart(answers.get('boot')),
  };
}

function gpuPart(answers: HostAnswers): Evidence['gpu'] {
  const readings = readGpus(answers);
  return readings.kind === 'unanswered' ? unknown('nvidia-smi could not be run') : known(readings);
}

function logPart(answer: ReadAnswer | null, offsetMs: number): Evidence['kernel'] {
  if (answer === null) return unknown(NOT_ANSWERED);
  return answer.status === 'denied' ? unknown(DENIED) : known(parseLogLines(answer.lines, offsetMs));
}

function unitParts(answer: ReadAnswer | null, offsetMs: number): Evidence['units'] {
  const states = readUnitStates(answer);
  const part = (service: ServiceName): Part<UnitReading> => {
    const state = states.get(UNIT_NAMES[service]);
    return state === undefined
      ? unknown(`systemd did not report ${UNIT_NAMES[service]}`)
      : known(unitOf(UNIT_NAMES[service], state, offsetMs));
  };
  return { invokeai: part('invokeai'), shim: part('shim'), nginx: part('nginx') };
}

function unitOf(name: string, state: ReadonlyMap<string, string>, offsetMs: number): UnitReading {
  const text = (key: string): string => plainText(state.get(key) ?? '');
  const status = Number.parseInt(text('ExecMainStatus'), 10);
  const changedAt = timeOf(text('StateChangeTimestamp'));
  return {
    name,
    loadState: text('LoadState'),
    activeState: text('ActiveState'),
    subState: text('SubState'),
    result: text('Result'),
    exitStatus: Number.isNaN(status) ? null : status,
    restarts: Number.parseInt(text('NRestarts'), 10) || 0,
    changedAt: changedAt === null ? null : changedAt - offsetMs,
  };
}

/** `Fri 2026-11-27 21:03:04.123456 UTC`, as systemctl prints times with TZ=UTC; epoch ms. */
function timeOf(text: string): number | null {
  const [, day, time] = /^[A-Z][a-z]{2} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?) UTC$/.exec(text) ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T${time?.slice(0, 12)}Z`);
  return Number.isNaN(at) ? null : at;
}

function diskParts(answers: HostAnswers, reads: HostReads): Evidence['disks'] {
  const disks = DISK_PATHS.flatMap((path): readonly DiskReading[] => {
    const [, available, size, target] =
      /^\s*(\d{1,18})\s+(\d{1,18})\s+(\S{1,500})/.exec(answers.get(reads.disks[path])?.lines[0]?.slice(0, 600) ?? '') ?? [];
    return target === undefined ? [] : [{ path: target, availableBytes: Number(available), sizeBytes: Number(size) }];
  });
  const unique = [...new Map(disks.map((disk) => [disk.path, disk])).values()];
  return unique.length === 0 ? unknown(NOT_ANSWERED) : known(unique);
}

function memoryPart(answer: ReadAnswer | null): Evidence['memory'] {
  const figures = new Map(
    (answer?.lines ?? []).slice(0, 10).flatMap((line) => {
      const [, name, value] = /^(\w{1,40}):\s{1,40}(\d{1,15}) kB/.exec(line.slice(0, 100)) ?? [];
      return name === undefined ? [] : [[name, Number(value)] as const];
    }),
  );
  const [totalKiB, availableKiB] = [figures.get('MemTotal'), figures.get('MemAvailable')];
  return totalKiB === undefined || availableKiB === undefined ? unknown(NOT_ANSWERED) : known({ totalKiB, availableKiB });
}

function listenerPart(answer: ReadAnswer | null): Evidence['listeners'] {
  if (answer === null) return unknown(NOT_ANSWERED);
  return known(
    answer.lines.slice(0, 500).flatMap((line): readonly Listener[] => {
      const [, address, port] = /^LISTEN\s{1,20}\d{1,10}\s{1,20}\d{1,10}\s{1,40}(\S{1,100}):(\d{1,5})\s/.exec(line.slice(0, 400)) ?? [];
      const program = /users:\(\("([^"]{1,60})"/.exec(line.slice(0, 1_000))?.[1];
      return address === undefined ? [] : [{ address, port: Number(port), program: program === undefined ? null : plainText(program) }];
    }),
  );
}

function bootPart(answer: ReadAnswer | null): Evidence['boot'] {
  if (answer === null) return unknown(NOT_ANSWERED);
  const values = new Map(
    answer.lines.slice(0, 20).flatMap((line) => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at), plainText(line.slice(at + 1), MAX_NAME_CHARS)] as const];
    }),
  );
  const uptimeS = Number(values.get('uptimeS') ?? 'x');
  return known({
    uptimeS: Number.isFinite(uptimeS) ? uptimeS : null,
    isRebootRequired: values.get('rebootRequired') === 'yes',
    packages: values.get('packages') ?? '',
  });
}

/** What the reader of the gateway's machine answered. `offsetMs`: its clock minus this computer's. */
export function readGatewayParts(
  answers: HostAnswers,
  offsetMs: number,
): Pick<Evidence, 'gatewayRequests' | 'gatewayImageFolder' | 'gatewayBackends' | 'gatewayDeployed' | 'gatewayEnvironment'> {
  const file = (request: ReadRequest): Evidence['gatewayBackends'] => {
    const answer = answers.get(request);
    if (answer?.status === 'denied' && answer.lines.length === 0)
      return unknown(`the login may not look at ${request.split(' ')[1] ?? ''}`);
    const state = readFileState(answer);
    return state === undefined ? unknown(NOT_ANSWERED) : known(state);
  };
  return {
    gatewayRequests: requestPart(answers.get(GATEWAY_READS.requests), offsetMs),
    gatewayImageFolder: file(GATEWAY_READS.images),
    gatewayBackends: file(GATEWAY_READS.backends),
    gatewayDeployed: file(GATEWAY_READS.deployed),
    gatewayEnvironment: file(GATEWAY_READS.environment),
  };
}

function requestPart(answer: ReadAnswer | null, offsetMs: number): Evidence['gatewayRequests'] {
  if (answer === null) return unknown(NOT_ANSWERED);
  if (answer.status === 'absent') return unknown('the gateway keeps no log of its requests (REQUEST_LOG_ENABLED)');
  if (answer.status === 'denied') return unknown('the login may not read the gateway’s log of requests');
  return known(parseRequestLines(answer.lines, offsetMs));
}

/** Reads lines of requests.jsonl, `{duration_ms, method, path, status, ts, …}`; what is none is left out. */
export function parseRequestLines(lines: readonly string[], offsetMs: number): readonly GatewayRequestLine[] {
  return lines.slice(-1_000).flatMap((line) => {
    const text = line.slice(0, MAX_JSON_CHARS);
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch {
      return [];
    }
    if (!isRecord(row)) return [];
    const [ts, status, path] = [numberOf(row['ts']), countOf(row['status']), textOf(row['path'])];
    if (ts === null || status === null || path === null) return [];
    return [{ at: ts * 1000 - offsetMs, status, path, durationMs: numberOf(row['duration_ms']) ?? Number.NaN, text: plainText(text) }];
  });
}
