import { plainText } from '../../../shared/plain-text.ts';
import type { HostAnswers, ReadRequest } from '../../foundation/host-reader/answers.ts';

/** What every recipe may depend on. Null = not reported. */
export interface HostFacts {
  /** `debian`, `ubuntu`, …; of os-release(5). */
  readonly distribution: string | null;
  /** `12`, `24.04`. */
  readonly release: string | null;
  readonly prettyName: string | null;
  /** `x86_64`. */
  readonly machine: string | null;
  /** The user that signed in. */
  readonly login: string | null;
  /** Interpreters by name, `python3.11` → `3.11.2`. */
  readonly pythons: ReadonlyMap<string, string>;
  readonly gpus: readonly Gpu[];
  /** Why no GPU was reported. */
  readonly gpuProblem: string | null;
  readonly memoryBytes: number | null;
  /** Free bytes for the folder that recipes install into. */
  readonly freeBytes: number | null;
  readonly listeners: readonly Listener[];
}

export interface Gpu {
  readonly name: string;
  readonly driverVersion: string;
  readonly memoryMiB: number | null;
  /** Compute capability, `8.9`. */
  readonly computeCapability: string | null;
}

/** A listening TCP socket; the process is known only to root and its owner, the rest to all. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  readonly process: string | null;
  /** The user ID that opened it; null = root, or not reported. */
  readonly uid: number | null;
  /** The unit of systemd that it belongs to; null = none, or not reported. */
  readonly unit: string | null;
}

const DISK_REQUEST: ReadRequest = 'disk /var/lib';

export const FACT_REQUESTS: readonly ReadRequest[] = ['os', 'python', 'gpu', DISK_REQUEST, 'memory', 'listen'];

/** The facts of a reading of {@link FACT_REQUESTS}. Formats: os-release(5), nvidia-smi CSV, df(1), proc(5), ss(8). */
export function readHostFacts(answers: HostAnswers): HostFacts {
  const lines = (request: ReadRequest): readonly string[] => linesOf(answers, request);
  const os = new Map(
    lines('os').map((line): [string, string] => [line.slice(0, line.indexOf('=')), unquoted(line.slice(line.indexOf('=') + 1))]),
  );
  const [status, ...gpuLines] = lines('gpu');
  const hasGpus = status === '0';
  return {
    distribution: os.get('ID') ?? null,
    release: os.get('VERSION_ID') ?? null,
    prettyName: os.get('PRETTY_NAME') ?? null,
    machine: os.get('ARCHITECTURE') ?? null,
    login: os.get('LOGIN') ?? null,
    pythons: new Map(
      lines('python').flatMap((line): [string, string][] => {
        const [name, version] = line.split(' ');
        return name !== undefined && version !== undefined && /^3\.\d{1,2}\.\d{1,3}$/.test(version) ? [[name, version]] : [];
      }),
    ),
    gpus: hasGpus ? gpuLines.flatMap(readGpu) : [],
    gpuProblem: hasGpus ? null : (gpuLines.join(' ').trim() || 'nvidia-smi reported nothing').slice(0, 300),
    memoryBytes: readMemory(answers).totalBytes,
    freeBytes: readFreeBytes(answers, DISK_REQUEST),
    listeners: readListeners(answers),
  };
}

const linesOf = (answers: HostAnswers, request: ReadRequest): readonly string[] =>
  (answers.get(request)?.lines ?? []).map((line) => plainText(line, 500));

/** Sockets of the answer to `listen` (ss(8)). */
export const readListeners = (answers: HostAnswers): readonly Listener[] => linesOf(answers, 'listen').flatMap(readListener);

/** Memory of the answer to `memory` (proc(5), meminfo); null = not reported. */
export function readMemory(answers: HostAnswers): { readonly totalBytes: number | null; readonly availableBytes: number | null } {
  const lines = linesOf(answers, 'memory');
  const bytesOf = (name: string): number | null => readKiB(lines.find((line) => line.startsWith(`${name}:`)));
  return { totalBytes: bytesOf('MemTotal'), availableBytes: bytesOf('MemAvailable') };
}

/** Free bytes of the file system of a folder, of the answer to `disk FOLDER` (df(1)); null = not reported. */
export const readFreeBytes = (answers: HostAnswers, request: ReadRequest): number | null =>
  readNumber(
    plainText(answers.get(request)?.lines[0] ?? '', 500)
      .trim()
      .split(/ +/)[0],
  );

const unquoted = (value: string): string => value.replace(/^"(.*)"$/, '$1');

function readGpu(line: string): Gpu[] {
  const [name, driverVersion, memory, capability] = line.split(',').map((cell) => cell.trim());
  if (name === undefined || driverVersion === undefined || !/^\d{1,4}(\.\d{1,4}){1,3}$/.test(driverVersion)) return [];
  return [
    {
      name,
      driverVersion,
      memoryMiB: readNumber(memory),
      computeCapability: capability !== undefined && /^\d{1,2}\.\d$/.test(capability) ? capability : null,
    },
  ];
}

const readNumber = (text: string | undefined): number | null => (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null);

const readKiB = (line: string | undefined): number | null => {
  const kib = readNumber(line?.split(/ +/)[1]);
  return kib === null ? null : kib * 1024;
};

function readListener(line: string): Listener[] {
  const cells = line.split(/ +/);
  const local = cells[3] ?? '';
  const details = cells.slice(5).join(' ');
  const at = local.lastIndexOf(':');
  const port = readNumber(local.slice(at + 1));
  if (at < 1 || port === null) return [];
  return [
    {
      address: local
        .slice(0, at)
        .replace(/^\[|\]$/g, '')
        .replace(/%.*$/, ''),
      port,
      process: /users:\(\("([^"]{1,60})"/.exec(details)?.[1] ?? null,
      uid: readNumber(/(?:^| )uid:(\d{1,10})(?: |$)/.exec(details)?.[1]),
      unit: /(?:^| )cgroup:\/\S{0,200}?\/([\w.@:-]{1,100}\.service)(?:[/ ]|$)/.exec(details)?.[1] ?? null,
    },
  ];
}
