import type { GpuProcess } from '../../shared/capabilities/gpu/contract.ts';
import { GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import type { LabPastPart, PastUnitChange } from '../../shared/lab-past.ts';
import { unitLink } from '../../shared/link-subjects.ts';
import { GPU_UUID, MEMORY_TOTAL_MIB } from '../base/gpu.ts';
import type { Random } from '../base/random.ts';
import type { Simulation } from '../host/simulation.ts';
import type { LabUnit } from '../systemd/lab-unit.ts';
import { COMFYUI, INVOKEAI, NGINX, OLLAMA, SHIM } from '../systemd/unit-definitions.ts';
import { Rows } from './rows.ts';

/** As the panel does it: a sample a second, processes when the VRAM changed or every 30 s, links every 30 s. */
const SAMPLE_MS = 1_000;
const PROCESSES_MS = { changed: 5_000, steady: 30_000 } as const;
const CHANGED_MIB = 32;
const LINKS_MS = 30_000;
const POWER_LIMIT_W = 300;
const WATCHED = [INVOKEAI, SHIM, NGINX, COMFYUI, OLLAMA];
const THERMAL = { temperatureC: 91, bits: 0x60, clockMHz: 1_200, powerW: 190 } as const;

/** How the host is seen at a moment. */
export interface Sight {
  /** 0 to 1; see Activity. */
  readonly thermalShare: number;
}

/** Records what a panel would have recorded that had watched this simulation. */
export class PastRecorder {
  readonly #random: Random;
  readonly #gpu = new Rows(GPU_ROW_WIDTH);
  readonly #links = new Map<string, Rows>();
  #lists: { at: number; processes: GpuProcess[] }[] = [];
  #changes: PastUnitChange[] = [];
  readonly #states = new Map<string, string>();
  #sampledAtMs = 0;
  #listed = { atMs: 0, usedMiB: Number.NaN };
  #linkedAtMs = 0;

  /** `random`: of its own, so that its looks leave the simulation as it is. */
  constructor(random: Random) {
    this.#random = random;
  }

  observe(simulation: Simulation, nowMs: number, sight: Sight): void {
    if (nowMs - this.#sampledAtMs < SAMPLE_MS) return;
    this.#sampledAtMs = nowMs;
    const usedMiB = this.#sample(simulation, nowMs, sight);
    const isSteady = Math.abs(usedMiB - this.#listed.usedMiB) < CHANGED_MIB;
    if (nowMs - this.#listed.atMs >= (isSteady ? PROCESSES_MS.steady : PROCESSES_MS.changed)) {
      this.#listed = { atMs: nowMs, usedMiB };
      this.#lists.push({ at: nowMs, processes: processesOf(simulation) });
    }
    const isDue = nowMs - this.#linkedAtMs >= LINKS_MS;
    if (isDue) this.#linkedAtMs = nowMs;
    for (const name of WATCHED) {
      const unit = simulation.units.units.get(name);
      if (unit === undefined) continue;
      this.#watch(unit, nowMs);
      if (isDue) this.link(unitLink(name), nowMs, unit.activeState === 'active');
    }
  }

  link(subject: string, atMs: number, isUp: boolean): void {
    const rows = this.#links.get(subject) ?? new Rows(2);
    this.#links.set(subject, rows);
    rows.add(atMs, isUp ? 1 : 0);
  }

  /** What was recorded since the last call. */
  take(): LabPastPart[] {
    const parts: LabPastPart[] = [
      { kind: 'gpu', gpuUuid: GPU_UUID, rows: this.#gpu.take() },
      { kind: 'processes', lists: this.#lists },
      { kind: 'units', changes: this.#changes },
      ...[...this.#links].map(([subject, rows]): LabPastPart => ({ kind: 'link', subject, rows: rows.take() })),
    ];
    this.#lists = [];
    this.#changes = [];
    return parts;
  }

  #sample({ gpu }: Simulation, nowMs: number, { thermalShare }: Sight): number {
    const read = gpu.read(this.#random);
    const toward = (value: number, limit: number): number => Math.round(value + (limit - value) * thermalShare);
    const isSlow = thermalShare > 0.5 && read.pstate === 0;
    this.#gpu.add(
      nowMs,
      ...[read.memoryUsedMiB, read.memoryFreeMiB, read.memoryReservedMiB, MEMORY_TOTAL_MIB],
      ...[read.utilizationGpuPercent, read.utilizationMemoryPercent],
      toward(read.temperatureC, THERMAL.temperatureC),
      isSlow ? Math.min(read.powerDrawW, toward(read.powerDrawW, THERMAL.powerW)) : read.powerDrawW,
      POWER_LIMIT_W,
      isSlow ? Math.min(read.clockSmMHz, toward(read.clockSmMHz, THERMAL.clockMHz)) : read.clockSmMHz,
      read.clockMemoryMHz,
      toward(read.fanPercent, 100),
      read.pstate,
      isSlow ? THERMAL.bits : read.throttleBits,
    );
    return read.memoryUsedMiB;
  }

  #watch(unit: LabUnit, at: number): void {
    const { activeState, subState, result } = unit;
    const state = `${activeState} ${subState} ${result} ${unit.nRestarts}`;
    if (this.#states.get(unit.definition.name) === state) return;
    this.#states.set(unit.definition.name, state);
    this.#changes.push({
      ...{ at, unit: unit.definition.name, loadState: 'loaded', activeState, subState, result },
      ...{ unitFileState: unit.unitFileState, type: unit.definition.type },
      ...{ execMainCode: unit.execMainCode, execMainStatus: unit.execMainStatus, restarts: unit.nRestarts },
    });
  }
}

function processesOf({ gpu, units }: Simulation): GpuProcess[] {
  const owners = [...units.units.values()].filter(({ mainPid }) => mainPid > 0);
  return gpu.processes().map(({ pid, processName, memoryMiB }) => {
    const owner = owners.find((unit) => unit.mainPid === pid) ?? owners.find(({ definition }) => definition.identifier === 'ollama');
    return {
      ...{ gpuUuid: GPU_UUID, pid, processName, memoryUsedMiB: memoryMiB, command: owner?.definition.command ?? null },
      ...{ user: owner?.definition.user ?? null, unit: owner?.definition.name ?? null, startedAt: owner?.startedMs ?? null },
    };
  });
}
