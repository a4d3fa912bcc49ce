import { Collected, Input } from '../base/streams.ts';
import type { LabProcess, Machine } from './process.ts';

/** Runs a program and captures its output, like `$(… 2>&1)`, or `$(…)` with `stdoutOnly`. */
export async function capture(
  process: LabProcess,
  machine: Machine,
  argv: readonly string[],
  o: { readonly stdoutOnly?: boolean; readonly stdin?: Buffer } = {},
): Promise<{ readonly text: string; readonly exitCode: number }> {
  const output = new Collected();
  const stdin = new Input();
  if (o.stdin !== undefined) stdin.push(o.stdin);
  stdin.end();
  const stderr = o.stdoutOnly === true ? new Collected() : output;
  const exitCode = await machine.execute({ ...process, argv, stdin, stdout: output, stderr });
  return { text: output.text.replace(/\n+$/, ''), exitCode };
}
