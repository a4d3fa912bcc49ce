import { plainText } from '../../../shared/plain-text.ts';
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
import { rowOf, valuesOf } from '../checks/lists/machine-facts.ts';
import { readListeners, readMemory } from '../setup/host-facts.ts';
import {
  type DiskReading,
  type Evidence,
  type GatewayRequestLine,
  known,
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
    memory: memoryPart(answers),
    listeners: listenerPart(answers),
    boot: bootPart(answers),
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
    const row = rowOf(answers, reads.disks[path]);
    return row === null ? [] : [{ path: row.mount, availableBytes: row.free, sizeBytes: row.total }];
  });
  const unique = [...new Map(disks.map((disk) => [disk.path, disk])).values()];
  return unique.length === 0 ? unknown(NOT_ANSWERED) : known(unique);
}

function memoryPart(answers: HostAnswers): Evidence['memory'] {
  const { totalBytes, availableBytes } = readMemory(answers);
  return totalBytes === null || availableBytes === null ? unknown(NOT_ANSWERED) : known({ totalBytes, availableBytes });
}

const listenerPart = (answers: HostAnswers): Evidence['listeners'] =>
  answers.get('listen') === null ? unknown(NOT_ANSWERED) : known(readListeners(answers));

function bootPart(answers: HostAnswers): Evidence['boot'] {
  const values = valuesOf(answers, 'boot');
  if (!values.has('rebootRequired')) return unknown(NOT_ANSWERED);
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
