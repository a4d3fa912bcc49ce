import type { LabFault } from '../base/faults.ts';
import { COMFYUI, INVOKEAI, type UnitDefinition } from './unit-definitions.ts';

const MASKING: Readonly<Record<string, LabFault>> = { [COMFYUI]: 'unit-masked', [INVOKEAI]: 'invokeai-masked' };

/** Whether a fault masks the unit of this name. */
export function isMaskedBy(name: string, faults: ReadonlySet<LabFault>): boolean {
  const fault = MASKING[name];
  return fault !== undefined && faults.has(fault);
}

/** The result of a job, as in systemd's JobRemoved signal. */
export type JobResult = 'done' | 'failed' | 'dependency' | 'canceled';

/** A loaded unit. Times are host clock, epoch ms; null = never. */
export interface LabUnit {
  /** Of the unit file as it was read last. */
  definition: UnitDefinition;
  /** The text of that file; null = a transient unit. */
  text: string | null;
  unitFileState: 'enabled' | 'disabled' | 'static' | 'transient';
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
  /** Ends the program of a transient unit. */
  kill: () => void;
}

/** A unit after boot, before its first start. */
export function blankUnit(definition: UnitDefinition, text: string | null, unitFileState: LabUnit['unitFileState']): LabUnit {
  return {
    definition,
    text,
    unitFileState,
    kill: () => undefined,
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

/** A new run of the unit's command. */
export function beginRun(unit: LabUnit, o: { readonly pid: number; readonly invocationId: string; readonly nowMs: number }): void {
  Object.assign(unit, {
    invocationId: o.invocationId,
    mainPid: o.pid,
    execMainPid: o.pid,
    execMainCode: 0,
    execMainStatus: 0,
    result: 'success',
    cpuNs: 0,
    memoryBytes: 0,
    startedMs: o.nowMs,
  });
}
