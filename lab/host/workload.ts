import type { LabFault } from '../base/faults.ts';
import type { GpuLoad } from '../base/gpu.ts';
import { between, type Random } from '../base/random.ts';
import type { ComfyUi } from '../comfyui/comfyui.ts';
import type { InvokeAi } from '../invokeai/invokeai.ts';
import type { LabUnit } from '../systemd/lab-unit.ts';
import type { ServiceManager } from '../systemd/service-manager.ts';
import { COMFYUI, INVOKEAI, OLLAMA } from '../systemd/unit-definitions.ts';

/** Somebody's notebook, started at a terminal. */
const FOREIGN_PID = 48_211;
/** What an image leaves behind under the fault `vram-leak`. */
const LEAK_MIB = 700;

/** The load of the host: a user generates images and sometimes queries the language model. */
export class Workload {
  readonly #units: ServiceManager;
  readonly #random: Random;
  readonly #faults: ReadonlySet<LabFault>;
  readonly #invokeai: InvokeAi;
  readonly #comfyui: ComfyUi;
  /** Nobody asks the language model. */
  isQuiet = false;
  #wasRunning = false;
  #leak = { pid: 0, memoryMiB: 0, wasBusy: false };
  #ollama = { loadedUntilMs: 0, busyUntilMs: 0, nextAtMs: 0 };

  constructor(o: {
    readonly units: ServiceManager;
    readonly random: Random;
    readonly faults: ReadonlySet<LabFault>;
    readonly invokeai: InvokeAi;
    readonly comfyui: ComfyUi;
  }) {
    this.#faults = o.faults;
    this.#units = o.units;
    this.#random = o.random;
    this.#invokeai = o.invokeai;
    this.#comfyui = o.comfyui;
  }

  /** Starts the next image soon, so that an opened lab shows activity. */
  wake(nowMs: number): void {
    this.#invokeai.wake(nowMs);
    this.#ollama.nextAtMs = Math.min(this.#ollama.nextAtMs, nowMs + 50_000);
  }

  /** Advances to `nowMs`; returns who wants what of the card. */
  step(nowMs: number, elapsedMs: number): readonly GpuLoad[] {
    const loads: GpuLoad[] = [...this.#foreign()];
    const invokeai = this.#running(INVOKEAI);
    if (invokeai === null && this.#wasRunning) this.#invokeai.lost();
    if (invokeai !== null && !this.#wasRunning) this.#invokeai.started();
    this.#wasRunning = invokeai !== null;
    if (invokeai !== null) loads.push(this.#withLeak(this.#invokeai.step(nowMs, elapsedMs, invokeai.mainPid)));
    const ollama = this.#running(OLLAMA);
    if (ollama !== null) loads.push(...this.#languageModel(ollama, nowMs));
    const comfyui = this.#running(COMFYUI);
    const wanted = this.#comfyui.step(nowMs, comfyui !== null);
    if (comfyui !== null) loads.push({ pid: comfyui.mainPid, processName: '/opt/comfyui/venv/bin/python', ...wanted });
    for (const unit of this.#units.units.values()) if (unit.mainPid > 0) grow(unit, elapsedMs, loads);
    return loads;
  }

  #withLeak(load: GpuLoad): GpuLoad {
    if (load.pid !== this.#leak.pid) this.#leak = { pid: load.pid, memoryMiB: 0, wasBusy: false };
    const isBusy = load.utilizationPercent > 0;
    if (this.#leak.wasBusy && !isBusy && this.#faults.has('vram-leak')) this.#leak.memoryMiB += LEAK_MIB;
    this.#leak.wasBusy = isBusy;
    return { ...load, memoryMiB: load.memoryMiB + this.#leak.memoryMiB };
  }

  #foreign(): readonly GpuLoad[] {
    const held = (memoryMiB: number): GpuLoad => ({
      pid: FOREIGN_PID,
      processName: '/usr/bin/python3',
      memoryMiB,
      utilizationPercent: 0,
      isResident: true,
    });
    if (this.#faults.has('gpu-foreign-program-large')) return [held(38_912)];
    return this.#faults.has('gpu-foreign-program') ? [held(3_072)] : [];
  }

  #running(name: string): LabUnit | null {
    const unit = this.#units.units.get(name);
    return unit?.activeState === 'active' ? unit : null;
  }

  #languageModel(unit: LabUnit, nowMs: number): readonly GpuLoad[] {
    const state = this.#ollama;
    if (state.nextAtMs === 0) state.nextAtMs = nowMs + between(this.#random, 45_000, 150_000);
    if (nowMs >= state.nextAtMs && !this.isQuiet) {
      if (state.loadedUntilMs <= nowMs) {
        this.#units.print(unit, 'level=INFO source=server.go:596 msg="llama runner started in 2.01 seconds" model=llama3.1:8b');
      }
      state.busyUntilMs = nowMs + between(this.#random, 5000, 12_000);
      state.loadedUntilMs = nowMs + 90_000;
      state.nextAtMs = nowMs + between(this.#random, 120_000, 420_000);
      this.#units.print(unit, '[GIN] | 200 |  4.871233s |       127.0.0.1 | POST     "/api/chat"');
    }
    if (nowMs >= state.loadedUntilMs) return [];
    const utilizationPercent = nowMs < state.busyUntilMs ? 72 : 0;
    return [{ pid: unit.mainPid + 3, processName: '/usr/local/bin/ollama', memoryMiB: 6214, utilizationPercent }];
  }
}

function grow(unit: LabUnit, elapsedMs: number, loads: readonly GpuLoad[]): void {
  const busy = loads.some((load) => load.pid === unit.mainPid && load.utilizationPercent > 0);
  unit.cpuNs += Math.round(elapsedMs * 1e6 * (busy ? 1.08 : unit.activeState === 'activating' ? 0.9 : 0.012));
  const wanted = unit.definition.memoryMiB * 1048576 * (busy ? 1.2 : 1);
  unit.memoryBytes = Math.round(unit.memoryBytes + (wanted - unit.memoryBytes) * (1 - Math.exp(-elapsedMs / 1500)));
}
