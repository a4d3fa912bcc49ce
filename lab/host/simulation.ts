import type { LabFault } from '../base/faults.ts';
import { CHECKPOINTS_FOLDER, Files } from '../base/files.ts';
import { DRIVER_VERSION, Gpu } from '../base/gpu.ts';
import { Packages } from '../base/packages.ts';
import { type Random, randomHex, seededRandom } from '../base/random.ts';
import { Users } from '../base/users.ts';
import { ComfyUi } from '../comfyui/comfyui.ts';
import { InvokeAi } from '../invokeai/invokeai.ts';
import { failedStartOf } from '../systemd/failed-starts.ts';
import { Journal, type NewRecord } from '../systemd/journal.ts';
import { ServiceManager } from '../systemd/service-manager.ts';
import { Timers } from '../systemd/timers.ts';
import { COMFYUI, INVOKEAI, NGINX, type UnitDefinition } from '../systemd/unit-definitions.ts';
import { parseEnvironmentFile } from '../systemd/unit-file.ts';
import { type ExecProblem, UnitFiles } from '../systemd/unit-files.ts';
import { installServices, installUbuntu } from './host-image.ts';
import { KERNEL_LINES } from './kernel-lines.ts';
import { LogFlood } from './log-flood.ts';
import { type NginxConfig, readNginxConfig } from './nginx-files.ts';
import { Workload } from './workload.ts';

const HISTORY_MS = 3 * 3_600_000;
const HISTORY_STEP_MS = 250;
const LIVE_STEP_MS = 100;
/** A longer gap (a computer asleep) is skipped instead of simulated. */
const MAX_CATCH_UP_MS = 30_000;
const SKEW_MS = 180_000;

interface SimulationOptions {
  readonly seed: number;
  readonly nowMs: number;
  readonly historyMs?: number;
  readonly bare?: boolean;
  /** Whether images of somebody else fail now and then. */
  readonly hasMishaps?: boolean;
  /** Called after each step of the history. */
  readonly observe?: (simulation: Simulation, nowMs: number) => void;
}

/** The simulated host: one clock, units, card, journal. Advanced from outside, holds no timers. */
export class Simulation {
  readonly faults = new Set<LabFault>();
  readonly random: Random;
  readonly journal: Journal;
  readonly units: ServiceManager;
  readonly gpu: Gpu;
  readonly files: Files;
  readonly users = new Users();
  readonly packages = new Packages();
  readonly unitFiles: UnitFiles;
  readonly timers: Timers;
  /** The configuration that nginx runs with; null = it never started. */
  nginx: NginxConfig | null = null;
  /** Ports of the host on which a service listens. */
  listening: readonly {
    readonly port: number;
    readonly unit: string;
    readonly program: string | null;
    readonly isOnAllNetworks: boolean;
  }[] = [];
  readonly invokeai: InvokeAi;
  readonly comfyui: ComfyUi;
  /** Resolves when the files of the host have the lines of the days before; who reads such a file waits for it. */
  pastTold: Promise<void> = Promise.resolve();
  /** False from the loss of power to the next boot. */
  isPowered = true;
  readonly #workload: Workload;
  #nowMs: number;
  #bootedAtMs: number;
  /** 32 hex digits. */
  bootId = '';
  readonly #flood = new LogFlood();

  /**
   * Begins with some hours of history before `nowMs`, so that Logs has something to show. A bare host has Ubuntu and a GPU driver and none of
   * the services.
   */
  constructor(options: SimulationOptions) {
    this.random = seededRandom(options.seed);
    this.journal = new Journal(this.random);
    this.#nowMs = options.nowMs - (options.historyMs ?? HISTORY_MS);
    this.#bootedAtMs = this.#nowMs;
    const context = {
      random: this.random,
      faults: this.faults,
      now: () => this.#nowMs,
      hostNow: () => this.hostNow(),
      log: (record: NewRecord) => this.log(record),
    };
    this.files = new Files({
      now: () => this.hostNow(),
      groupsOf: (user) => this.users.groupsOf(user),
      isFull: () => this.faults.has('setup-disk-full'),
    });
    this.unitFiles = new UnitFiles(this.files, (user) => this.users.find(user) !== null);
    installUbuntu(this);
    if (options.bare !== true) installServices(this);
    this.units = new ServiceManager({ ...context, unitFiles: this.unitFiles, problemOf: (definition) => this.#problemOf(definition) });
    this.timers = new Timers(() => this.#nowMs);
    this.gpu = new Gpu(this.random);
    const print = (name: string) => (line: string) => {
      const unit = this.units.units.get(name);
      if (unit !== undefined) this.units.print(unit, line);
    };
    this.invokeai = new InvokeAi({
      random: this.random,
      faults: this.faults,
      hostNow: () => this.hostNow(),
      otherBytes: () => this.files.hollowBytes(),
      files: this.files,
      isNew: options.bare === true,
      hasMishaps: options.hasMishaps !== false,
      print: print(INVOKEAI),
    });
    this.comfyui = new ComfyUi({
      random: this.random,
      faults: this.faults,
      hostNow: () => this.hostNow(),
      checkpoints: () => this.checkpoints(),
      print: print(COMFYUI),
    });
    this.#workload = new Workload({ ...context, units: this.units, invokeai: this.invokeai, comfyui: this.comfyui });
    this.#boot();
    while (this.#nowMs < options.nowMs) {
      this.#step(Math.min(HISTORY_STEP_MS, options.nowMs - this.#nowMs));
      options.observe?.(this, this.#nowMs);
    }
    this.#workload.wake(this.#nowMs);
  }

  /** Lives through `elapsedMs` at once: enough for a past that nobody watches closely. */
  liveBy(elapsedMs: number): void {
    this.#step(elapsedMs);
  }

  /** Whether nobody is at work on the host. */
  setQuiet(isQuiet: boolean): void {
    this.#workload.isQuiet = isQuiet;
    if (isQuiet) this.faults.add('nobody-else');
    else this.faults.delete('nobody-else');
  }

  /** The host's clock, epoch ms. */
  hostNow(): number {
    return this.#nowMs + (this.faults.has('clock-3-minutes-off') ? SKEW_MS : 0);
  }

  /** The host's clock at boot, epoch ms. */
  bootedAt(): number {
    return this.#bootedAtMs + (this.faults.has('clock-3-minutes-off') ? SKEW_MS : 0);
  }

  uptimeS(): number {
    return (this.#nowMs - this.#bootedAtMs) / 1000;
  }

  /** The checkpoints that ComfyUI would list. */
  checkpoints(): readonly string[] {
    if (this.faults.has('comfyui-without-checkpoints')) return [];
    const names = this.files.isFolder(CHECKPOINTS_FOLDER) ? this.files.list(CHECKPOINTS_FOLDER, 'root') : [];
    return names.filter((name) => /\.(safetensors|ckpt)$/.test(name));
  }

  log(record: NewRecord): void {
    this.journal.append(record, this.hostNow(), this.bootId, this.bootedAt());
  }

  kernel(message: string, priority = 6): void {
    this.log({ message, priority, identifier: 'kernel', pid: 0, unit: null, invocationId: null, transport: 'kernel' });
  }

  /** Lives through the time up to `nowMs`. */
  advanceTo(nowMs: number): void {
    if (nowMs - this.#nowMs > MAX_CATCH_UP_MS) this.#nowMs = nowMs - LIVE_STEP_MS;
    while (nowMs - this.#nowMs > 0) this.#step(Math.min(LIVE_STEP_MS, nowMs - this.#nowMs));
  }

  /** The machine restarts: new boot id, every unit starts anew. */
  reboot(): void {
    this.isPowered = true;
    this.#bootedAtMs = this.#nowMs;
    this.units.reset();
    this.timers.restart();
    this.#boot();
  }

  /** What a fault does to the world at the moment it is made. */
  onFault(fault: LabFault): void {
    for (const [line, priority] of KERNEL_LINES[fault] ?? []) this.kernel(line, priority);
    if (fault === 'journal-vacuumed') this.journal.vacuum(20);
    if (fault === 'journal-rotated') this.#journald('System Journal (/var/log/journal) rotated.');
    if (fault === 'log-flood') this.#flood.restart();
  }

  /** A service reads its configuration again; one with an error leaves the present one in use. */
  onReload(name: string): void {
    const unit = this.units.units.get(name);
    if (unit !== undefined) unit.stateChangeMs = this.hostNow();
    if (name !== NGINX) return;
    const config = readNginxConfig(this.files);
    if (typeof config !== 'string') this.nginx = config;
  }

  /** The variables that a unit's program gets. */
  environmentOf({ environment, environmentFiles }: UnitDefinition): Readonly<Record<string, string>> {
    const texts = environmentFiles.map((path) => {
      try {
        return this.files.read(path, 'root').toString('utf8');
      } catch {
        return '';
      }
    });
    return Object.assign({}, environment, ...texts.map(parseEnvironmentFile));
  }

  #problemOf(definition: UnitDefinition): ExecProblem | null {
    const problem = this.unitFiles.problemOf(definition) ?? failedStartOf(definition.name, this.faults);
    if (problem !== null || definition.name !== NGINX) return problem;
    const config = readNginxConfig(this.files);
    if (typeof config === 'string') return { status: 1, word: 'FAILURE', line: config };
    this.nginx = config;
    return null;
  }

  #boot(): void {
    this.bootId = randomHex(this.random, 32);
    this.kernel('Linux version 6.8.0-87-generic (buildd@lcy02-amd64-034) (x86_64-linux-gnu-gcc-13) #88-Ubuntu SMP PREEMPT_DYNAMIC');
    this.kernel(`NVRM: loading NVIDIA UNIX x86_64 Kernel Module  ${DRIVER_VERSION}  Release Build  (dvs-builder)`);
    this.kernel('nvidia 0000:21:00.0: vgaarb: VGA decodes changed: olddecodes=io+mem,decodes=none:owns=none');
    this.#journald('Journal started');
    for (const unit of this.units.units.values()) if (unit.unitFileState === 'enabled') this.units.start(unit, () => undefined);
  }

  #journald(message: string): void {
    this.log({
      message,
      priority: 6,
      identifier: 'systemd-journald',
      pid: 412,
      unit: 'systemd-journald.service',
      invocationId: null,
      transport: 'journal',
    });
  }

  #step(elapsedMs: number): void {
    this.#nowMs += elapsedMs;
    this.units.step();
    this.timers.step();
    this.gpu.step(elapsedMs, this.#workload.step(this.#nowMs, elapsedMs));
    if (this.faults.has('log-flood')) this.#flood.step(elapsedMs, this.units);
  }
}
