import { readdirSync, readFileSync } from 'node:fs';

/** What a process of an Electron app is for, by the `--type` that Chromium starts it with. */
export type ProcessRole = 'main' | 'page' | 'gpu' | 'network' | 'lab' | 'other';

/** CPU time since the process began, ms, and the memory that is in RAM, MiB. */
interface Use {
  readonly role: ProcessRole;
  readonly cpuMs: number;
  readonly residentMiB: number;
  readonly privateMiB: number;
}

/** CPU in percent of one core, and memory at the end, by role. */
export interface RoleUse {
  readonly cpuPercent: number;
  readonly residentMiB: number;
  readonly privateMiB: number;
}

const TICK_MS = 10;

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Parents of all processes: field 4 of /proc/PID/stat, see proc(5). */
function parents(): Map<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = textOf(`/proc/${name}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (Number.isInteger(parent)) found.set(Number(name), parent);
  }
  return found;
}

function roleOf(pid: number, root: number): ProcessRole {
  if (pid === root) return 'main';
  const command = textOf(`/proc/${pid}/cmdline`);
  if (command.includes('--type=renderer')) return 'page';
  if (command.includes('--type=gpu-process')) return 'gpu';
  if (command.includes('network.mojom.NetworkService')) return 'network';
  return command.includes('node.mojom.NodeService') ? 'lab' : 'other';
}

function useOf(pid: number, root: number): Use {
  const stat = textOf(`/proc/${pid}/stat`);
  const cells = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const rollup = textOf(`/proc/${pid}/smaps_rollup`);
  const mib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) / 1024;
  return {
    role: roleOf(pid, root),
    cpuMs: (Number(cells[11] ?? 0) + Number(cells[12] ?? 0)) * TICK_MS,
    residentMiB: mib('Rss'),
    privateMiB: mib('Private_Clean') + mib('Private_Dirty'),
  };
}

/** The process and all its descendants, by id. */
function family(root: number): Map<number, Use> {
  const parentOf = parents();
  const isOfRoot = (pid: number | undefined): boolean => pid !== undefined && (pid === root || isOfRoot(parentOf.get(pid)));
  return new Map([...parentOf.keys()].filter(isOfRoot).map((pid) => [pid, useOf(pid, root)]));
}

/** What the process `root` and its descendants use during `seconds`, by role. Linux only. */
export async function measureUse(root: number, seconds: number): Promise<Map<ProcessRole, RoleUse>> {
  const before = family(root);
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsedMs = performance.now() - startedAt;
  const sums = new Map<ProcessRole, RoleUse>();
  for (const [pid, { role, cpuMs, residentMiB, privateMiB }] of family(root)) {
    const sum = sums.get(role) ?? { cpuPercent: 0, residentMiB: 0, privateMiB: 0 };
    sums.set(role, {
      cpuPercent: sum.cpuPercent + ((cpuMs - (before.get(pid)?.cpuMs ?? 0)) / elapsedMs) * 100,
      residentMiB: sum.residentMiB + residentMiB,
      privateMiB: sum.privateMiB + privateMiB,
    });
  }
  return sums;
}

/** The sum over all roles but the lab, which is a host and not the panel. */
export function sumOfUse(uses: ReadonlyMap<ProcessRole, RoleUse>): RoleUse {
  const own = [...uses].filter(([role]) => role !== 'lab').map(([, use]) => use);
  const sum = (pick: (use: RoleUse) => number): number => own.reduce((total, use) => total + pick(use), 0);
  return {
    cpuPercent: sum((use) => use.cpuPercent),
    residentMiB: sum((use) => use.residentMiB),
    privateMiB: sum((use) => use.privateMiB),
  };
}

/** `main 2.0, page 4.1, gpu 0.5` */
export function describeUse(uses: ReadonlyMap<ProcessRole, RoleUse>, pick: (use: RoleUse) => number, digits: number): string {
  return [...uses].map(([role, use]) => `${role} ${pick(use).toFixed(digits)}`).join(', ');
}
