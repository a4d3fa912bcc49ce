import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import { RECORD_SEPARATOR } from '../../../shared/host-scripts/index.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { MAX_NAME_CHARS, MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { isGpuUuid, parseCell } from './nvidia-smi.ts';

export interface ProcessAnswer {
  /** Exit code of nvidia-smi; null = the answer was cut. */
  readonly exitCode: number | null;
  /** Whether `processes` is complete; rows are an answer at any exit code. */
  readonly isComplete: boolean;
  /** The output of nvidia-smi, to classify a failure. */
  readonly text: string;
  readonly processes: readonly GpuProcess[];
}

const CORRUPTED_INFOROM = 14;
/** A safe limit for the processes of a host. */
const MAX_PROCESSES = 1_000;

interface PsRow {
  readonly user: string;
  readonly elapsedS: number;
  readonly command: string;
}

/**
 * Parses the output of the host script `gpuProcesses`: compute-apps rows, `ps -o pid=,user:32=,etimes=,args=` rows, `PID cgroup-line`
 * rows and `nvidia-smi -L`, each part ended by a record-separator line. `at`: arrival in epoch ms, for start times. A process on an
 * instance of a divided card is one of that card.
 */
export function parseProcesses(answer: string, at: number): ProcessAnswer {
  const [apps = '', rest = '', ...others] = answer.split(RECORD_SEPARATOR, 5);
  const newline = rest.indexOf('\n');
  const code = (newline < 0 ? rest : rest.slice(0, newline)).trim();
  const exitCode = /^\d+$/.test(code) ? Number(code) : null;
  const text = apps.trim();
  const ps = parsePs(newline < 0 ? '' : rest.slice(newline + 1));
  const units = parseUnits(others[0] ?? '');
  const cards = parseCards(others[1] ?? '');
  const processes: GpuProcess[] = [];
  for (const line of outputLines(apps)) {
    const app = parseApp(line);
    if (app === null) continue;
    if (processes.length >= MAX_PROCESSES) break;
    const known = app.pid === null ? undefined : ps.get(app.pid);
    processes.push({
      ...app,
      gpuUuid: cards.get(app.gpuUuid) ?? app.gpuUuid,
      user: known?.user ?? null,
      command: known?.command ?? null,
      unit: app.pid === null ? null : (units.get(app.pid) ?? null),
      startedAt: known === undefined ? null : at - known.elapsedS * 1000,
    });
  }
  const isComplete = exitCode === 0 || exitCode === CORRUPTED_INFOROM || (exitCode !== null && processes.length > 0);
  return { exitCode, isComplete, text, processes };
}

/** `uuid, pid, name, MiB`: the name may contain commas, so it is everything between the second cell and the last. */
export function parseApp(line: string): Pick<GpuProcess, 'gpuUuid' | 'pid' | 'processName' | 'memoryUsedMiB'> | null {
  const cells = line.split(',');
  const gpuUuid = cells[0]?.trim() ?? '';
  if (cells.length < 4 || !isGpuUuid(gpuUuid)) return null;
  // In a container the driver hides the PID: `[N/A]`, `[Insufficient Permissions]`, `-`.
  const message = cells[1]?.trim() ?? '';
  const pid = /^\d{1,10}$/.test(message) ? Number(message) : null;
  const memory = parseCell(cells.at(-1) ?? '');
  return {
    gpuUuid,
    pid,
    processName: plainText(cells.slice(2, -1).join(','), MAX_NAME_CHARS),
    memoryUsedMiB: memory.reason === null ? memory.value : null,
  };
}

const UUID_OF_CARD = '(UUID: ';

/** The card of each instance, from `nvidia-smi -L`, which lists instances below their card. */
function parseCards(text: string): ReadonlyMap<string, string> {
  const cards = new Map<string, string>();
  let card: string | null = null;
  for (const line of outputLines(text)) {
    const at = line.lastIndexOf(UUID_OF_CARD);
    const uuid = at < 0 ? '' : line.slice(at + UUID_OF_CARD.length).replace(/\)\s{0,10}$/, '');
    if (!isGpuUuid(uuid)) continue;
    if (uuid.startsWith('GPU-')) card = uuid;
    else if (card !== null && cards.size < MAX_PROCESSES) cards.set(uuid, card);
  }
  return cards;
}

function parsePs(text: string): ReadonlyMap<number, PsRow> {
  const rows = new Map<number, PsRow>();
  for (const line of outputLines(text)) {
    // User names of a directory service may contain a blank.
    const match = /^\s*(\d{1,10})\s+(\S.{0,63}?)\s+(\d{1,12})\s+(.*)$/.exec(line);
    if (match === null) continue;
    rows.set(Number(match[1]), {
      user: plainText(match[2] ?? ''),
      elapsedS: Number(match[3]),
      // Arguments may contain tokens and passwords.
      command: redactSecrets(plainText(match[4] ?? '', MAX_SENTENCE_CHARS)),
    });
  }
  return rows;
}

/** The unit of each PID, from the systemd hierarchy: `0::` (cgroup v2) or `name=systemd` (v1). */
function parseUnits(text: string): ReadonlyMap<number, string> {
  const units = new Map<number, string>();
  for (const line of outputLines(text)) {
    const match = /^(\d{1,10}) \d{1,10}:([^:]*):(.*)$/.exec(line);
    if (match === null || (match[2] !== '' && match[2] !== 'name=systemd')) continue;
    const unit = unitOfCgroup(match[3] ?? '');
    if (unit !== null) units.set(Number(match[1]), unit);
  }
  return units;
}

/**
 * The system service of a cgroup path. A service of a user manager is below `user@UID.service`, which is returned, since the service
 * itself is no system unit.
 */
export function unitOfCgroup(path: string): string | null {
  const found = path.split('/').find((part) => part.endsWith('.service'));
  // Escapes of systemd in unit names (\x2d) are part of the name and stay.
  return found === undefined || found.length > 255 ? null : plainText(found);
}
