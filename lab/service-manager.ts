import type { LabFault } from './faults.ts';
import type { NewRecord } from './journal.ts';
import { type Random, randomHex } from './random.ts';
import { COMFYUI, UNIT_DEFINITIONS, type UnitDefinition } from './unit-definitions.ts';

/** How a job ended, in the words of systemd's JobRemoved signal. */
export type JobResult = 'done' | 'failed' | 'dependency' | 'canceled';

/** A loaded unit. Times are host clock, epoch ms; null = never. */
export interface LabUnit {
  readonly definition: UnitDefinition;
  unitFileState: 'enabled' | 'disabled';
  activeState: 'active' | 'inactive' | 'activating' | 'deactivating' | 'failed';
  subState: string;
  result: string;
  mainPid: number;
  execMainPid: number;
  execMainCode: number;
  execMainStatus: number;
  nRestarts: number;
  invocationId: string;
  activeEnterMs: number | null;
  inactiveEnterMs: number | null;
  stateChangeMs: number | null;
  startedMs: number;
  cpuNs: number;
  memoryBytes: number;
  job: { readonly id: number; readonly type: string } | null;
}

export interface ManagerWorld {
  readonly random: Random;
  readonly faults: ReadonlySet<LabFault>;
  /** Simulated time, and the same on the host's clock; epoch ms. */
  now(): number;
  hostNow(): number;
  log(record: NewRecord): void;
}

interface Due {
  readonly atMs: number;
  readonly unit: LabUnit;
  readonly token: number;
  run(): void;
}

/** Message ids of systemd's catalogue (sd-messages.h). */
const MESSAGE = {
  starting: '7d4958e842da4a758f6c1cdc7b36dcc5',
  started: '39f53479d3a045ac8e11786248231fbf',
  startFailed: 'be02cf6855d2428ba40df7e9d022f03d',
  stopping: 'de5b426a63be47a7b6ac3eaac82e2f6f',
  stopped: '9d1aaa27d60140bd96365438aad20286',
  exited: '98e322203f7a4ed290d09fe03c09fe15',
  failed: 'd9b373ed55a64feb8242e02dbe79a49c',
  deactivated: '7ad2d189f7e94e70a38c781354912448',
};

const FAILURE_LINES = [
  'Traceback (most recent call last):',
  '  File "/var/lib/invokeai/venv/bin/invokeai-web", line 8, in <module>',
  '    sys.exit(run_app())',
  '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/invokeai/app/run_app.py", line 31, in run_app',
  '    torch_device_name = TorchDevice.get_torch_device_name()',
  'RuntimeError: No CUDA GPUs are available',
];

/** The simulated systemd: units, jobs and what it says in the journal. Stepped by a clock, has no timers. */
export class ServiceManager {
  readonly units = new Map<string, LabUnit>();
  readonly #world: ManagerWorld;
  readonly #tokens = new Map<LabUnit, number>();
  #due: Due[] = [];
  #waiting: { readonly unit: LabUnit; done(result: JobResult): void }[] = [];
  #nextJob = 900;
  #nextPid = 1200;

  constructor(world: ManagerWorld) {
    this.#world = world;
    for (const definition of UNIT_DEFINITIONS) this.units.set(definition.name, blankUnit(definition));
  }

  /** Runs what has become due. */
  step(): void {
    for (;;) {
      this.#due.sort((left, right) => left.atMs - right.atMs);
      const next = this.#due[0];
      if (next === undefined || next.atMs > this.#world.now()) return;
      this.#due.shift();
      if (this.#tokens.get(next.unit) === next.token) next.run();
    }
  }

  isMasked(unit: LabUnit): boolean {
    return unit.definition.name === COMFYUI && this.#world.faults.has('unit-masked');
  }

  /** Units that cannot be without this one. */
  requiredBy(name: string): readonly LabUnit[] {
    return [...this.units.values()].filter((unit) => unit.definition.requires.includes(name));
  }

  /** Starts a unit after what it requires; `done` tells the job's result. */
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

  /** Stops a unit, and first those that require it. */
  stop(unit: LabUnit, done: (result: JobResult) => void): void {
    for (const other of this.requiredBy(unit.definition.name)) this.stop(other, () => undefined);
    if (unit.activeState === 'inactive' || unit.activeState === 'failed') {
      done('done');
      return;
    }
    if (unit.activeState === 'activating') this.#finishJob(unit, 'canceled');
    this.#waiting.push({ unit, done });
    if (unit.activeState === 'deactivating') return;
    const { definition } = unit;
    this.#newToken(unit);
    unit.job = this.#job('stop');
    this.#enter(unit, 'deactivating', 'stop-sigterm');
    this.#say(unit, `Stopping ${definition.name} - ${definition.description}...`, MESSAGE.stopping);
    for (const line of definition.stopLines) this.print(unit, line);
    this.#later(unit, definition.stopMs, () => {
      unit.mainPid = 0;
      unit.execMainCode = 1;
      unit.execMainStatus = 0;
      unit.result = 'success';
      unit.inactiveEnterMs = this.#world.hostNow();
      this.#say(unit, `${definition.name}: Deactivated successfully.`, MESSAGE.deactivated);
      this.#say(unit, `Stopped ${definition.name} - ${definition.description}.`, MESSAGE.stopped);
      this.#enter(unit, 'inactive', 'dead');
      unit.job = null;
      this.#finishJob(unit, 'done');
    });
  }

  /** Restarts a unit and whatever required it and ran. */
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

  /** The power goes: everything is as after a cold start, before any unit was started. */
  reset(): void {
    this.#due = [];
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { done } of waiting) done('canceled');
    for (const unit of this.units.values()) {
      this.#newToken(unit);
      Object.assign(unit, { ...blankUnit(unit.definition), unitFileState: unit.unitFileState });
    }
    this.#nextPid = 1200;
  }

  /** One line of a unit's output: a journal record of its own. */
  print(unit: LabUnit, text: string): void {
    const { definition } = unit;
    const stamp = new Date(this.#world.hostNow()).toISOString().replace('T', ' ').replace('.', ',').slice(0, 23);
    this.#world.log({
      message: text.replace('{time}', stamp),
      priority: 6,
      identifier: definition.identifier,
      pid: unit.mainPid,
      unit: definition.name,
      invocationId: unit.invocationId === '' ? null : unit.invocationId,
      transport: 'stdout',
    });
  }

  #begin(unit: LabUnit, done: (result: JobResult) => void): void {
    const { definition } = unit;
    this.#waiting.push({ unit, done });
    this.#newToken(unit);
    this.#nextPid += 1 + Math.floor(this.#world.random() * 40);
    Object.assign(unit, {
      invocationId: randomHex(this.#world.random, 32),
      mainPid: this.#nextPid,
      execMainPid: this.#nextPid,
      execMainCode: 0,
      execMainStatus: 0,
      result: 'success',
      cpuNs: 0,
      memoryBytes: 0,
      startedMs: this.#world.hostNow(),
      job: this.#job('start'),
    });
    this.#enter(unit, 'activating', 'start');
    this.#say(unit, `Starting ${definition.name} - ${definition.description}...`, MESSAGE.starting);
    definition.startLines.forEach((line, index) => {
      this.#later(unit, (definition.startMs * (index + 0.5)) / definition.startLines.length, () => this.print(unit, line));
    });
    this.#later(unit, definition.startMs * (this.#world.faults.has('unit-start-fails') ? 0.6 : 1), () => this.#settle(unit));
  }

  #settle(unit: LabUnit): void {
    if (this.#world.faults.has('unit-start-never-ends')) {
      this.#later(unit, 200, () => this.#settle(unit));
      return;
    }
    if (this.#world.faults.has('unit-start-fails')) {
      this.#fail(unit);
      return;
    }
    unit.job = null;
    unit.activeEnterMs = this.#world.hostNow();
    this.#enter(unit, 'active', 'running');
    this.#say(unit, `Started ${unit.definition.name} - ${unit.definition.description}.`, MESSAGE.started);
    this.#finishJob(unit, 'done');
  }

  #fail(unit: LabUnit): void {
    const { name, description } = unit.definition;
    this.#newToken(unit);
    for (const line of FAILURE_LINES) this.print(unit, line);
    Object.assign(unit, {
      mainPid: 0,
      execMainCode: 1,
      execMainStatus: 1,
      result: 'exit-code',
      inactiveEnterMs: this.#world.hostNow(),
      job: null,
    });
    this.#say(
      unit,
      `${name}: Main process exited, code=exited, status=1/FAILURE`,
      MESSAGE.exited,
      { EXIT_CODE: 'exited', EXIT_STATUS: '1' },
      5,
    );
    this.#say(unit, `${name}: Failed with result 'exit-code'.`, MESSAGE.failed, { UNIT_RESULT: 'exit-code' }, 4);
    this.#say(unit, `Failed to start ${name} - ${description}.`, MESSAGE.startFailed, {}, 3);
    this.#enter(unit, 'failed', 'failed');
    this.#finishJob(unit, 'failed');
  }

  #enter(unit: LabUnit, activeState: LabUnit['activeState'], subState: string): void {
    unit.activeState = activeState;
    unit.subState = subState;
    unit.stateChangeMs = this.#world.hostNow();
  }

  #say(unit: LabUnit, message: string, messageId: string, more: Readonly<Record<string, string>> = {}, priority = 6): void {
    const fields = { MESSAGE_ID: messageId, UNIT: unit.definition.name, INVOCATION_ID: unit.invocationId, ...more };
    this.#world.log({
      message,
      priority,
      identifier: 'systemd',
      pid: 1,
      unit: 'init.scope',
      invocationId: null,
      transport: 'journal',
      fields,
    });
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

  #newToken(unit: LabUnit): void {
    this.#tokens.set(unit, (this.#tokens.get(unit) ?? 0) + 1);
  }

  #later(unit: LabUnit, afterMs: number, run: () => void): void {
    this.#due.push({ atMs: this.#world.now() + afterMs, unit, token: this.#tokens.get(unit) ?? 0, run });
  }
}

function blankUnit(definition: UnitDefinition): LabUnit {
  return {
    definition,
    unitFileState: definition.enabled ? 'enabled' : 'disabled',
    activeState: 'inactive',
    subState: 'dead',
    result: 'success',
    mainPid: 0,
    execMainPid: 0,
    execMainCode: 0,
    execMainStatus: 0,
    nRestarts: 0,
    invocationId: '',
    activeEnterMs: null,
    inactiveEnterMs: null,
    stateChangeMs: null,
    startedMs: 0,
    cpuNs: 0,
    memoryBytes: 0,
    job: null,
  };
}
