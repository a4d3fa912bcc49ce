import type { Machine } from './process.ts';

export interface ProcessRow {
  readonly pid: number;
  readonly user: string;
  readonly elapsedS: number;
  readonly args: string;
  readonly unit: string;
}

/** The processes that `ps` lists: the main process of each unit, and Ollama's runner. */
export function processTable(machine: Machine): readonly ProcessRow[] {
  const { simulation } = machine;
  const rows: ProcessRow[] = [];
  for (const unit of simulation.units.units.values()) {
    if (unit.mainPid === 0) continue;
    const { definition } = unit;
    const elapsedS = Math.max(0, Math.floor((simulation.hostNow() - unit.startedMs) / 1000));
    rows.push({ pid: unit.mainPid, user: definition.user, elapsedS, args: definition.command, unit: definition.name });
    for (const held of simulation.gpu.processes()) {
      // Ollama's runner is the only process with VRAM that is no main process.
      if (held.pid > unit.mainPid && held.pid <= unit.mainPid + 3 && definition.name === 'ollama.service') {
        rows.push({
          pid: held.pid,
          user: definition.user,
          elapsedS,
          args: `${held.processName} runner --model llama3.1:8b --ctx-size 8192`,
          unit: definition.name,
        });
      }
    }
  }
  return rows.sort((left, right) => left.pid - right.pid);
}

/** `ps -o pid=,user:32=,etimes=,args= -ww -p …`: unknown pids leave no row. */
export function psRows(machine: Machine, pids: ReadonlySet<number>): string {
  return processTable(machine)
    .filter((row) => pids.has(row.pid))
    .map((row) => `${String(row.pid).padStart(7)} ${row.user.padEnd(32)} ${String(row.elapsedS).padStart(7)} ${row.args}\n`)
    .join('');
}
