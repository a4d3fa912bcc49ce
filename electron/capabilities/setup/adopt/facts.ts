import { plainText } from '../../../../shared/plain-text.ts';
import {
  type FileState,
  type HostAnswers,
  readFileRequest,
  readFileState,
  readStatRequest,
} from '../../../foundation/host-reader/answers.ts';
import type { HostFacts } from '../host-facts.ts';
import { type InvokeAiFacts, readInvokeAi } from './invokeai-facts.ts';
import { type NginxFacts, readNginxFacts } from './nginx-facts.ts';
import { DRIVER, JOURNAL, JOURNALD, NOUVEAU, sudoersPaths } from './requests.ts';
import { type Answers, COMFYUI_UNIT, readService, type ServiceFacts } from './service-facts.ts';
import { readShim, type ShimFacts } from './shim-facts.ts';

/** How a host that was set up by hand stands. Null = it is not there; undefined = unknown. */
export interface AdoptFacts {
  readonly host: HostFacts;
  readonly driver: DriverFacts;
  readonly invokeAi: InvokeAiFacts | null;
  readonly shim: ShimFacts | null;
  readonly comfyUi: ServiceFacts | null;
  readonly nginx: NginxFacts | null;
  readonly sudoers: readonly { readonly path: string; readonly text: string }[];
  /** The folder without which logs end with the host's uptime. */
  readonly journalFolder: FileState | null | undefined;
  readonly journalSettings: string | null;
  /** File systems of the root folder and of `/var/lib`. */
  readonly disks: readonly { readonly mount: string; readonly freeBytes: number; readonly sizeBytes: number }[];
}

export interface DriverFacts {
  /** Exit status of nvidia-smi; null = not reported. */
  readonly exitStatus: number | null;
  readonly output: string;
  /** Devices of NVIDIA that draw or compute, by their PCI address; null = not reported. */
  readonly cards: readonly string[] | null;
  readonly hasNouveau: boolean;
  /** The version of the loaded kernel module; null = none is loaded. */
  readonly module: string | null;
}

export interface AdoptReadings {
  readonly facts: HostFacts;
  /** Answers to the first and to the second reading. */
  readonly known: HostAnswers;
  readonly answers: HostAnswers;
}

/** The facts of both readings. Never throws. */
export function readAdoptFacts({ facts: host, known, answers }: AdoptReadings): AdoptFacts {
  const both: Answers = { get: (request) => answers.get(request) ?? known.get(request) };
  const invokeAi = readInvokeAi(both);
  return {
    host,
    driver: readDriver(both),
    invokeAi,
    shim: readShim(both),
    comfyUi: readService(COMFYUI_UNIT, both),
    nginx: readNginxFacts(both),
    sudoers: sudoersPaths(both).flatMap((path) => {
      const text = readFileState(both.get(readFileRequest(path)))?.text;
      return typeof text === 'string' ? [{ path, text }] : [];
    }),
    journalFolder: readFileState(both.get(readStatRequest(JOURNAL))),
    journalSettings: readFileState(both.get(readFileRequest(JOURNALD)))?.text ?? null,
    disks: readDisks(both, ['/var/lib', ...(invokeAi === null ? [] : [invokeAi.root])]),
  };
}

/** Devices of a host, and lines of nvidia-smi; what follows is not read. */
const MAX_LINES = 2_000;

/** The driver by the answers to `gpu`, `pci` and {@link DRIVER}. */
export function readDriver(answers: Answers): DriverFacts {
  const [status = '', ...lines] = answers.get('gpu')?.lines.slice(0, MAX_LINES) ?? [];
  const pci = answers.get('pci')?.lines.slice(0, MAX_LINES);
  const module = readFileState(answers.get(readFileRequest(DRIVER)))?.text ?? '';
  return {
    exitStatus: /^\d{1,3}$/.test(status) ? Number(status) : null,
    output: plainText(lines.join(' ')),
    // Classes of pci.ids that begin with 03 are display controllers.
    cards:
      pci === undefined ? null : pci.flatMap((line) => (/^\S{1,20} 0x10de 0x03/.test(line) ? [plainText(line.split(' ')[0] ?? '')] : [])),
    hasNouveau: answers.get(readStatRequest(NOUVEAU))?.status === 'ok',
    module: /\b\d{3,4}\.\d{2,4}(?:\.\d{1,4})?\b/.exec(module.split('\n')[0]?.slice(0, 300) ?? '')?.[0] ?? null,
  };
}

function readDisks(answers: Answers, folders: readonly string[]): AdoptFacts['disks'] {
  const disks = new Map<string, AdoptFacts['disks'][number]>();
  for (const folder of folders) {
    const [free = '', size = '', ...mount] = (answers.get(`disk ${folder}`)?.lines[0] ?? '').trim().split(/ +/);
    if (!/^\d{1,18}$/.test(free) || !/^\d{1,18}$/.test(size)) continue;
    const name = plainText(mount.join(' '));
    disks.set(name, { mount: name, freeBytes: Number(free), sizeBytes: Number(size) });
  }
  return [...disks.values()];
}
