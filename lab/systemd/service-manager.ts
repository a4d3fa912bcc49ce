import type { LabFault } from '../base/faults.ts';
import type { Random } from '../base/random.ts';
import { Jobs } from './jobs.ts';
import type { NewRecord } from './journal.ts';
import { beginRun, blankUnit, isMaskedBy, type JobResult, type LabUnit } from './lab-unit.ts';
import { LoadedUnits } from './loaded-units.ts';
import { RunNumbers } from './run-numbers.ts';
import type { UnitDefinition } from './unit-definitions.ts';
import type { ExecProblem, UnitFiles } from './unit-files.ts';
import { UnitLog } from './unit-log.ts';
import { UnitSchedule } from './unit-schedule.ts';

export type { JobResult, LabUnit } from './lab-unit.ts';

export interface ServiceManagerContext {
  readonly random: Random;
  readonly faults: ReadonlySet<LabFault>;
  readonly unitFiles: UnitFiles;
  /** Why the command of a unit cannot run; null = it can. */
  problemOf(definition: UnitDefinition): ExecProblem | null;
  /** Simulated time in epoch ms; `hostNow` by the host's clock. */
  now(): number;
  hostNow(): number;
  log(record: NewRecord): void;
}

const FAILURE = { status: 1, word: 'FAILURE' } as const;

/** The simulated systemd with its units and jobs. A clock steps it, without timers. */
export class ServiceManager {
  readonly units: ReadonlyMap<string, LabUnit>;
  readonly loaded: LoadedUnits;
  readonly #context: ServiceManagerContext;
  readonly #schedule: UnitSchedule;
  readonly #log: UnitLog;
  readonly #jobs = new Jobs();
  readonly #numbers: RunNumbers;

  constructor(context: ServiceManagerContext) {
    this.#context = context;
    this.#numbers = new RunNumbers(context.random);
    this.#schedule = new UnitSchedule(() => context.now());
    this.#log = new UnitLog(context);
    this.loaded = new LoadedUnits(context.unitFiles);
    this.units = this.loaded.byName;
  }

  /** Runs everything that is due. */
  step(): void {
    this.#schedule.step();
  }

  isMasked(unit: LabUnit): boolean {
    return isMaskedBy(unit.definition.name, this.#context.faults);
  }

  /** Starts a unit after its requirements, in place of those that it conflicts with; `done` gets the result of the job. */
  start(unit: LabUnit, done: (result: JobResult) => void): void {
    if (unit.activeState === 'active') {
      done('done');
      return;
    }
    if (unit.activeState === 'activating') {
      this.#jobs.wait(unit, done);
      return;
    }
    const needed = unit.definition.requires.map((name) => this.loaded.find(name));
    const missing = needed.find((other) => other?.activeState !== 'active');
    if (missing !== undefined) {
      this.start(missing, (result) => (result === 'done' ? this.start(unit, done) : done('dependency')));
      return;
    }
    if (needed.includes(undefined)) {
      done('dependency');
      return;
    }
    for (const other of this.loaded.conflicting(unit)) if (other.mainPid > 0) this.stop(other, () => undefined);
    this.#begin(unit, done);
  }

  /** Stops a unit after the units that require it. */
  stop(unit: LabUnit, done: (result: JobResult) => void): void {
    for (const other of this.loaded.requiredBy(unit.definition.name)) this.stop(other, () => undefined);
    if (unit.activeState === 'inactive' || unit.activeState === 'failed') {
      done('done');
      return;
    }
    if (unit.activeState === 'activating') this.#jobs.finish(unit, 'canceled');
    this.#jobs.wait(unit, done);
    if (unit.activeState === 'deactivating') return;
    this.#schedule.drop(unit);
    unit.kill();
    unit.job = this.#jobs.create('stop');
    this.#enter(unit, 'deactivating', 'stop-sigterm');
    this.#log.stopping(unit);
    this.#schedule.later(unit, unit.definition.stopMs, () => {
      unit.inactiveEnterMs = this.#context.hostNow();
      this.#ended(unit, 0, 'success');
      this.#log.stopped(unit);
      this.#enter(unit, 'inactive', 'dead');
      unit.job = null;
      this.loaded.forgetTransient(unit);
      this.#jobs.finish(unit, 'done');
    });
  }

  /** Restarts a unit and the running units that require it. */
  restart(unit: LabUnit, done: (result: JobResult) => void): void {
    const others = this.loaded.requiredBy(unit.definition.name).filter((other) => other.activeState === 'active');
    this.stop(unit, () =>
      this.start(unit, (result) => {
        for (const other of others) this.start(other, () => undefined);
        done(result);
      }),
    );
  }

  /** Runs a program as a transient unit that stays after its end, until it is stopped; false = there is a unit of this name. */
  runTransient(definition: UnitDefinition, program: (unit: LabUnit, killed: AbortSignal) => Promise<number>): boolean {
    if (this.loaded.find(definition.name) !== undefined) return false;
    const killed = new AbortController();
    const unit = { ...blankUnit(definition, null, 'transient'), kill: () => killed.abort() };
    this.loaded.byName.set(definition.name, unit);
    this.startAtOnce(unit);
    void program(unit, killed.signal).then((status) => {
      if (killed.signal.aborted || this.units.get(definition.name) !== unit) return;
      if (status === 0) {
        this.#ended(unit, 0, 'success');
        this.#enter(unit, 'active', 'exited');
      } else this.#fail(unit, { status, word: status === 1 ? 'FAILURE' : 'n/a' });
    });
    return true;
  }

  /** A unit runs at once. */
  startAtOnce(unit: LabUnit): void {
    this.#spawn(unit);
    this.#started(unit);
  }

  /** The program of a unit ends by itself. */
  readonly crash = (unit: LabUnit): void => this.#fail(unit, FAILURE);
  /** Clears a failed state. */
  resetFailed(unit: LabUnit): void {
    unit.nRestarts = 0;
    if (unit.activeState !== 'failed') return;
    unit.result = 'success';
    this.#enter(unit, 'inactive', 'dead');
    this.loaded.forgetTransient(unit);
  }

  /** Links or unlinks the unit file, after which the manager reads all unit files again. */
  setEnabled(unit: LabUnit, isEnabled: boolean): void {
    this.#context.unitFiles.setEnabled(unit.definition, isEnabled);
    this.reload();
  }

  /** Reads all unit files again. */
  reload(): void {
    this.#log.reloading();
    this.loaded.readFiles();
  }

  /** Simulates a power failure: resets all units to the state before their first start. */
  reset(): void {
    this.#schedule.clear();
    this.#jobs.cancelAll();
    for (const unit of this.units.values()) this.#schedule.drop(unit);
    this.loaded.reset();
    this.#numbers.restart();
  }

  /** Logs one line of a unit's output. */
  print(unit: LabUnit, text: string): void {
    this.#log.print(unit, text);
  }

  #begin(unit: LabUnit, done: (result: JobResult) => void): void {
    const { definition } = unit;
    this.#jobs.wait(unit, done);
    this.#spawn(unit);
    const problem = this.#context.problemOf(definition);
    if (problem !== null) {
      this.#schedule.later(unit, 20, () => this.#notRun(unit, problem));
      return;
    }
    definition.startLines.forEach((line, index) => {
      this.#schedule.later(unit, (definition.startMs * (index + 0.5)) / definition.startLines.length, () => this.print(unit, line));
    });
    this.#schedule.later(unit, definition.startMs * (this.#context.faults.has('unit-start-fails') ? 0.6 : 1), () => this.#settle(unit));
  }

  #spawn(unit: LabUnit): void {
    this.#schedule.drop(unit);
    beginRun(unit, { ...this.#numbers.next(unit.definition.name), nowMs: this.#context.hostNow() });
    unit.job = this.#jobs.create('start');
    this.#enter(unit, 'activating', 'start');
    this.#log.starting(unit);
  }

  #settle(unit: LabUnit): void {
    if (this.#context.faults.has('unit-start-never-ends')) {
      this.#schedule.later(unit, 200, () => this.#settle(unit));
      return;
    }
    if (this.#context.faults.has('unit-start-fails')) {
      this.#log.dying(unit);
      this.#fail(unit, FAILURE);
      return;
    }
    this.#started(unit);
  }

  #started(unit: LabUnit): void {
    unit.activeEnterMs = this.#context.hostNow();
    this.#enter(unit, 'active', 'running');
    this.#log.started(unit);
    unit.job = null;
    this.#jobs.finish(unit, 'done');
  }

  /** The command cannot run. systemd does not wait for the execve of a simple service, so that its job succeeds (systemd.service(5), Type). */
  #notRun(unit: LabUnit, problem: ExecProblem): void {
    if (unit.definition.type === 'simple') this.#started(unit);
    if (problem.status < 200) for (const line of problem.line.split('\n')) this.print(unit, line);
    else this.#log.notSpawned(unit, problem.line);
    this.#fail(unit, problem);
  }

  #fail(unit: LabUnit, { status, word }: Pick<ExecProblem, 'status' | 'word'>): void {
    this.#schedule.drop(unit);
    unit.inactiveEnterMs = this.#context.hostNow();
    this.#ended(unit, status, 'exit-code');
    this.#log.exited(unit, status, word);
    if (unit.job !== null) this.#log.startFailed(unit);
    unit.job = null;
    this.#enter(unit, 'failed', 'failed');
    this.#jobs.finish(unit, 'failed');
  }

  #ended(unit: LabUnit, execMainStatus: number, result: string): void {
    Object.assign(unit, { mainPid: 0, execMainCode: 1, execMainStatus, result });
  }

  #enter(unit: LabUnit, activeState: LabUnit['activeState'], subState: string): void {
    unit.activeState = activeState;
    unit.subState = subState;
    unit.stateChangeMs = this.#context.hostNow();
  }
}
