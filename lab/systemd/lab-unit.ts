import type { UnitDefinition } from './unit-definitions.ts';

/** The result of a job, as in systemd's JobRemoved signal. */
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

/** A unit after boot, before its first start. */
export function blankUnit(definition: UnitDefinition): LabUnit {
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
