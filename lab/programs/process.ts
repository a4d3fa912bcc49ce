import type { Files } from '../base/files.ts';
import type { Input, Output } from '../base/streams.ts';
import type { Simulation } from '../host/simulation.ts';

export type LabUser = 'operator' | 'root';

/** A running program of the simulated host, as its code sees itself. */
export interface LabProcess {
  readonly argv: readonly string[];
  readonly user: LabUser;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by TERM, HUP, INT or KILL. */
  readonly killed: AbortSignal;
}

/** What programs run on. */
export interface Machine {
  readonly simulation: Simulation;
  readonly files: Files;
  readonly sudoPassword: string;
  /** Aborted when the machine goes down; a new one for each boot. */
  readonly power: AbortSignal;
  /** Runs argv[0]; resolves with the exit code. 127 when there is no such program. */
  execute(process: LabProcess): Promise<number>;
}

export type Program = (process: LabProcess, machine: Machine) => Promise<number>;

/** Exit code of a process that a signal ended, as a shell reports it. */
export const TERMINATED = 143;
/** The same for a write to a closed pipe. */
export const PIPE_BROKE = 141;
export const NOT_FOUND = 127;
