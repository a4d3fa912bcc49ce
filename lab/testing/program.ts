import { Collected, Input } from '../base/streams.ts';
import { Simulation } from '../host/simulation.ts';
import type { Machine } from '../programs/process.ts';
import { execute } from '../programs/programs.ts';

/** A machine without a server, for tests of programs. */
export function bareMachine(options: { readonly historyMs?: number; readonly seed?: number; readonly bare?: boolean } = {}): Machine {
  const simulation = new Simulation({
    seed: options.seed ?? 1,
    nowMs: 1_795_000_000_000,
    historyMs: options.historyMs ?? 600_000,
    bare: options.bare === true,
  });
  const machine: Machine = {
    simulation,
    files: simulation.files,
    sudoPassword: 'lab',
    power: new AbortController().signal,
    execute: (process) => execute(process, machine),
  };
  return machine;
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end with this stdin. */
export async function run(
  machine: Machine,
  argv: readonly string[],
  options: { readonly stdin?: string; readonly user?: string; readonly killed?: AbortSignal } = {},
): Promise<Ran> {
  const stdin = new Input();
  if (options.stdin !== undefined) stdin.push(Buffer.from(options.stdin));
  stdin.end();
  const stdout = new Collected();
  const stderr = new Collected();
  const killed = options.killed ?? new AbortController().signal;
  const exitCode = await machine.execute({ argv, user: options.user ?? 'operator', stdin, stdout, stderr, killed });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}
