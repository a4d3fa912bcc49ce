import type { GpuLoad } from './gpu.ts';
import type { LabUnit } from './lab-unit.ts';
import { between, pick, type Random, randomUuid } from './random.ts';
import type { ServiceManager } from './service-manager.ts';
import { COMFYUI, INVOKEAI, invokeLine, OLLAMA, SHIM } from './unit-definitions.ts';

/** A model InvokeAI works with: what its weights hold, and what denoising and decoding need on top. MiB, ms. */
interface Model {
  readonly name: string;
  readonly weightsMiB: number;
  readonly workingMiB: number;
  readonly stepMs: number;
  readonly steps: number;
}

const SDXL: Model = { name: 'juggernaut-xl-v9:unet', weightsMiB: 6900, workingMiB: 3100, stepMs: 260, steps: 30 };
const FLUX: Model = { name: 'flux1-dev:transformer', weightsMiB: 22700, workingMiB: 4200, stepMs: 620, steps: 28 };
const CUDA_CONTEXT_MIB = 482;

interface Moment {
  readonly afterMs: number;
  readonly lines: readonly string[];
  readonly utilizationPercent: number;
  readonly workingMiB: number;
}

interface Generation {
  readonly startedAtMs: number;
  readonly moments: readonly Moment[];
  next: number;
}

/** What the host is used for: somebody makes pictures, now and then asks the language model something. */
export class Workload {
  readonly #units: ServiceManager;
  readonly #random: Random;
  #cached: Model | null = null;
  #generation: Generation | null = null;
  #utilization = 0;
  #workingMiB = 0;
  #nextGenerationAtMs = 0;
  #item = 500;
  #ollama = { loadedUntilMs: 0, busyUntilMs: 0, nextAtMs: 0 };

  constructor(units: ServiceManager, random: Random) {
    this.#units = units;
    this.#random = random;
  }

  /** Has the next picture begin soon: whoever opens the lab wants to see something happen. */
  wake(nowMs: number): void {
    if (this.#generation === null) this.#nextGenerationAtMs = nowMs + 4000;
    this.#ollama.nextAtMs = Math.min(this.#ollama.nextAtMs, nowMs + 50_000);
  }

  /** Advances to `nowMs`; returns who wants what of the card. */
  step(nowMs: number, elapsedMs: number): readonly GpuLoad[] {
    const loads: GpuLoad[] = [];
    const invokeai = this.#running(INVOKEAI);
    if (invokeai === null) this.#forget();
    else loads.push(this.#invokeai(invokeai, nowMs));
    const ollama = this.#running(OLLAMA);
    if (ollama !== null) loads.push(...this.#languageModel(ollama, nowMs));
    const comfyui = this.#running(COMFYUI);
    if (comfyui !== null)
      loads.push({ pid: comfyui.mainPid, processName: '/opt/comfyui/venv/bin/python', memoryMiB: 418, utilizationPercent: 0 });
    for (const unit of this.#units.units.values()) if (unit.mainPid > 0) grow(unit, elapsedMs, loads);
    return loads;
  }

  #running(name: string): LabUnit | null {
    const unit = this.#units.units.get(name);
    return unit?.activeState === 'active' ? unit : null;
  }

  #forget(): void {
    this.#cached = null;
    this.#generation = null;
    this.#utilization = 0;
    this.#workingMiB = 0;
    this.#nextGenerationAtMs = 0;
  }

  #invokeai(unit: LabUnit, nowMs: number): GpuLoad {
    if (this.#nextGenerationAtMs === 0) this.#nextGenerationAtMs = nowMs + between(this.#random, 2000, 6000);
    if (this.#generation === null && nowMs >= this.#nextGenerationAtMs) this.#generation = this.#begin(nowMs);
    const generation = this.#generation;
    while (generation !== null) {
      const moment = generation.moments[generation.next];
      if (moment === undefined) {
        this.#generation = null;
        // About every 40 s while somebody is at it, with breaks.
        const idleMs = this.#random() < 0.06 ? between(this.#random, 90_000, 240_000) : between(this.#random, 14_000, 30_000);
        this.#nextGenerationAtMs = nowMs + idleMs;
        break;
      }
      if (nowMs < generation.startedAtMs + moment.afterMs) break;
      generation.next += 1;
      this.#utilization = moment.utilizationPercent;
      this.#workingMiB = moment.workingMiB;
      for (const line of moment.lines) this.#units.print(unit, line);
    }
    return {
      pid: unit.mainPid,
      processName: '/var/lib/invokeai/venv/bin/python',
      memoryMiB: CUDA_CONTEXT_MIB + (this.#cached?.weightsMiB ?? 0) + this.#workingMiB,
      utilizationPercent: this.#utilization,
    };
  }

  #begin(nowMs: number): Generation {
    const model = this.#random() < 0.7 ? (this.#cached ?? SDXL) : pick(this.#random, SDXL, FLUX);
    const cold = this.#cached?.name !== model.name;
    this.#cached = model;
    this.#item += 1;
    const session = randomUuid(this.#random);
    const loadMs = cold ? 1200 + model.weightsMiB / 3.6 : 250;
    const denoiseMs = model.steps * model.stepMs;
    const outOfMemory = this.#random() < 0.04;
    const decodeAtMs = loadMs + denoiseMs;
    const moment = (afterMs: number, utilizationPercent: number, workingMiB: number, lines: readonly string[]): Moment => ({
      afterMs,
      utilizationPercent,
      workingMiB,
      lines,
    });
    const moments = [
      moment(0, cold ? 6 : 40, 0, [
        invokeLine('INFO', `Executing queue item ${this.#item}, session ${session}`),
        invokeLine('INFO', '127.0.0.1:51412 - "POST /api/v1/queue/default/enqueue_batch HTTP/1.1" 201', 'uvicorn.access'),
      ]),
      moment(loadMs, 99, model.workingMiB, [
        invokeLine(
          'INFO',
          `[MODEL CACHE] Loaded model '${model.name}' onto cuda device in ${(loadMs / 1000).toFixed(2)}s. Total model size: ${model.weightsMiB.toFixed(2)}MB, VRAM: ${model.weightsMiB.toFixed(2)}MB (100.0%)`,
          'ModelManagerService',
        ),
      ]),
    ];
    if (outOfMemory) {
      moments.push(moment(loadMs + denoiseMs * 0.6, 0, 0, outOfMemoryLines(session)));
    } else {
      moments.push(
        moment(decodeAtMs, 84, model.workingMiB + 3900, [
          invokeLine('INFO', `Denoised ${model.steps} steps at ${(1000 / model.stepMs).toFixed(2)} it/s`),
        ]),
        moment(decodeAtMs + 1500, 0, 0, statistics(session, model, decodeAtMs + 1500)),
      );
    }
    if (this.#random() < 0.5) this.#shimLine();
    return { startedAtMs: nowMs, moments, next: 0 };
  }

  #shimLine(): void {
    const shim = this.#running(SHIM);
    if (shim !== null) this.#units.print(shim, 'INFO:     127.0.0.1:41220 - "POST /v1/images/generations HTTP/1.1" 200 OK');
  }

  #languageModel(unit: LabUnit, nowMs: number): readonly GpuLoad[] {
    const state = this.#ollama;
    if (state.nextAtMs === 0) state.nextAtMs = nowMs + between(this.#random, 45_000, 150_000);
    if (nowMs >= state.nextAtMs) {
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

function statistics(session: string, model: Model, totalMs: number): readonly string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(3)}s`.padStart(9);
  const vram = `${((model.weightsMiB + model.workingMiB) / 1024).toFixed(3)}G`;
  // Printed in one go with line breaks: journald makes a record of each line, the colour is on the first one only.
  return [
    `\u001b[38;20m[{time}]::[InvokeAI]::INFO --> Graph stats: ${session}`,
    '                          Node   Calls   Seconds  VRAM Used',
    `                  model_loader       1 ${seconds(4)}     0.000G`,
    `                       denoise       1 ${seconds(model.steps * model.stepMs)}    ${vram}`,
    `                           l2i       1 ${seconds(1500)}    ${vram}`,
    `TOTAL GRAPH EXECUTION TIME: ${seconds(totalMs)}`,
    `RAM used by InvokeAI process: 3.05G${'\u001b[0m'}`,
  ];
}

function outOfMemoryLines(session: string): readonly string[] {
  return [
    invokeLine('ERROR', `Error while invoking session ${session}, invocation denoise_latents:`),
    'Traceback (most recent call last):',
    '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/invokeai/app/services/session_processor/session_processor_default.py", line 129, in run_node',
    '    output = invocation.invoke_internal(context=context, services=self._services)',
    '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/torch/nn/modules/conv.py", line 549, in _conv_forward',
    '    return F.conv2d(',
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 4.50 GiB. GPU 0 has a total capacity of 44.39 GiB of which 1.21 GiB is free.',
  ];
}
