import type { LabFault } from '../base/faults.ts';
import { type Random, randomHex } from '../base/random.ts';
import type { NewRecord } from './journal.ts';
import { blankUnit, type JobResult, type LabUnit } from './lab-unit.ts';
import { COMFYUI, UNIT_DEFINITIONS } from './unit-definitions.ts';
import { UnitLog } from './unit-log.ts';
import { UnitSchedule } from './unit-schedule.ts';

export type { JobResult, LabUnit } from './lab-unit.ts';

export interface ServiceManagerContext {
  readonly random: Random;
  readonly faults: ReadonlySet<LabFault>;
  /** Simulated time in epoch ms; `hostNow` by the host's clock. */
  now(): number;
  hostNow(): number;
  log(record: NewRecord): void;
}

/** The simulated systemd with its units and jobs. A clock steps it, without timers. */
export class ServiceManager {
  readonly units = new Map<string, LabUnit>();
  readonly #context: ServiceManagerContext;
  readonly #schedule: UnitSchedule;
  readonly #log: UnitLog;
  #waiting: { readonly unit: LabUnit; done(result: JobResult): void }[] = [];
  #nextJob = 900;
  #nextPid = 1200;

  constructor(context: ServiceManagerContext) {
    this.#context = context;
    this.#schedule = new UnitSchedule(() => context.now());
    this.#log = new UnitLog(context);
    for (const definition of UNIT_DEFINITIONS) this.units.set(definition.name, blankUnit(definition));
  }

  /** Runs everything that is due. */
  step(): void {
    this.#schedule.step();
  }

  isMasked(unit: LabUnit): boolean {
    return unit.definition.name === COMFYUI && this.#context.faults.has('unit-masked');
  }

  /** Units that require this unit. */
  requiredBy(name: string): readonly LabUnit[] {
    return [...this.units.values()].filter((unit) => unit.definition.requires.includes(name));
  }

  /** Starts a unit after its requirements; `done` gets the result of the job. */
  start(unit: LabUnit, done: (result: JobResult) => void): void {
    if (unit.activeState === 'active') {
      done('done');
      return;
    }
    if (unit.activeState === 'activating') {
      this.#waiting.push({ unit, done });
      return;
    }
    const missing = unit.definition.requires.map((name) => this.units.get(name)).find((needed) => needed?.activeState !== 'active');
    if (missing !== undefined) {
      this.start(missing, (result) => (result === 'done' ? this.start(unit, done) : done('dependency')));
      return;
    }
    this.#begin(unit, done);
  }

  /** Stops a unit after the units that require it. */
  stop(unit: LabUnit, done: (result: JobResult) => void): void {
    for (const other of this.requiredBy(unit.definition.name)) this.stop(other, () => undefined);
    if (unit.activeState === 'inactive' || unit.activeState === 'failed') {
      done('done');
      return;
    }
    if (unit.activeState === 'activating') this.#finishJob(unit, 'canceled');
    this.#waiting.push({ unit, done });
    if (unit.activeState === 'deactivating') return;
    this.#schedule.drop(unit);
    unit.job = this.#job('stop');
    this.#enter(unit, 'deactivating', 'stop-sigterm');
    this.#log.stopping(unit);
    this.#schedule.later(unit, unit.definition.stopMs, () => {
      unit.mainPid = 0;
      unit.execMainCode = 1;
      unit.execMainStatus = 0;
      unit.result = 'success';
      unit.inactiveEnterMs = this.#context.hostNow();
      this.#log.stopped(unit);
      this.#enter(unit, 'inactive', 'dead');
      unit.job = null;
      this.#finishJob(unit, 'done');
    });
  }

  /** Restarts a unit and the running units that require it. */
  restart(unit: LabUnit, done: (result: JobResult) => void): void {
    const others = this.requiredBy(unit.definition.name).filter((other) => other.activeState === 'active');
    this.stop(unit, () =>
      this.start(unit, (result) => {
        for (const other of others) this.start(other, () => undefined);
        done(result);
      }),
    );
  }

  /** Clears a failed state. */
  resetFailed(unit: LabUnit): void {
    unit.nRestarts = 0;
    if (unit.activeState !== 'failed') return;
    unit.result = 'success';
    this.#enter(unit, 'inactive', 'dead');
  }

  /** Links or unlinks the unit file, after which the manager reads all unit files again. */
  setEnabled(unit: LabUnit, isEnabled: boolean): void {
    unit.unitFileState = isEnabled ? 'enabled' : 'disabled';
    this.#log.reloading();
  }

  /** Reads all unit files again. */
  reload(): void {
    this.#log.reloading();
  }

  /** Simulates a power failure: resets all units to the state before their first start. */
  reset(): void {
    this.#schedule.clear();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { done } of waiting) done('canceled');
    for (const unit of this.units.values()) {
      this.#schedule.drop(unit);
      Object.assign(unit, { ...blankUnit(unit.definition), unitFileState: unit.unitFileState });
    }
    this.#nextPid = 1200;
  }

  /** Logs one line of a unit's output. */
  print(unit: LabUnit, text: string): void {
    this.#log.print(unit, text);
  }

  #begin(unit: LabUnit, done: (result: JobResult) => void): void {
    const { definition } = unit;
    this.#waiting.push({ unit, done });
    this.#schedule.drop(unit);
    this.#nextPid += 1 + Math.floor(this.#context.random() * 40);
    Object.assign(unit, {
      invocationId: randomHex(this.#context.random, 32),
      mainPid: this.#nextPid,
      execMainPid: this.#nextPid,
      execMainCode: 0,
      execMainStatus: 0,
      result: 'success',
      cpuNs: 0,
      memoryBytes: 0,
      startedMs: this.#context.hostNow(),
      job: this.#job('start'),
    });
    this.#enter(unit, 'activating', 'start');
    this.#log.starting(unit);
    definition.startLines.forEach((line, index) => {
      this.#schedule.later(unit, (definition.startMs * (index + 0.5)) / definition.startLines.length, () => this.print(unit, line));
    });
    this.#schedule.later(unit, definition.startMs * (this.#context.faults.has('unit-start-fails') ? 0.6 : 1), () => this.#settle(unit));
  }

  #settle(unit: LabUnit): void {
    if (this.#context.faults.has('unit-start-never-ends')) {
      this.#schedule.later(unit, 200, () => this.#settle(unit));
      return;
    }
    if (this.#context.faults.has('unit-start-fails')) {
      this.#fail(unit);
      return;
    }
    unit.activeEnterMs = this.#context.hostNow();
    this.#enter(unit, 'active', 'running');
    this.#log.started(unit);
    unit.job = null;
    this.#finishJob(unit, 'done');
  }

  #fail(unit: LabUnit): void {
    this.#schedule.drop(unit);
    this.#log.dying(unit);
    Object.assign(unit, {
      mainPid: 0,
      execMainCode: 1,
      execMainStatus: 1,
      result: 'exit-code',
      inactiveEnterMs: this.#context.hostNow(),
    });
    this.#log.startFailed(unit);
    unit.job = null;
    this.#enter(unit, 'failed', 'failed');
    this.#finishJob(unit, 'failed');
  }

  #enter(unit: LabUnit, activeState: LabUnit['activeState'], subState: string): void {
    unit.activeState = activeState;
    unit.subState = subState;
    unit.stateChangeMs = this.#context.hostNow();
  }

  #job(type: string): { readonly id: number; readonly type: string } {
    this.#nextJob += 1;
    return { id: this.#nextJob, type };
  }

  #finishJob(unit: LabUnit, result: JobResult): void {
    const mine = this.#waiting.filter((waiting) => waiting.unit === unit);
    this.#waiting = this.#waiting.filter((waiting) => waiting.unit !== unit);
    for (const waiting of mine) waiting.done(result);
  }
}
