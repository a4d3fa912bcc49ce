import type { Files } from '../base/files.ts';
import type { Input, Output } from '../base/streams.ts';
import type { Simulation } from '../host/simulation.ts';

/** The context of a running program of the simulated host. */
export interface LabProcess {
  readonly argv: readonly string[];
  readonly user: string;
  /** Who ran the command that sudo runs. */
  readonly sudoUser?: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by TERM, HUP, INT or KILL. */
  readonly killed: AbortSignal;
}

/** The simulated machine that programs run on. */
export interface Machine {
  readonly simulation: Simulation;
  readonly files: Files;
  readonly sudoPassword: string;
  /** Aborted when the machine shuts down; each boot has a new signal. */
  readonly power: AbortSignal;
  /** Runs argv[0]; resolves with the exit code. 127 when there is no such program. */
  execute(process: LabProcess): Promise<number>;
}

export type Program = (process: LabProcess, machine: Machine) => Promise<number>;

/** Exit code of a process that a signal ended, as in a shell. */
export const TERMINATED = 143;
/** Exit code after a write to a closed pipe, as in a shell. */
export const PIPE_BROKE = 141;
export const NOT_FOUND = 127;
