import { type ChildProcess, spawn } from 'node:child_process';
import { findRuntime } from '../scripts/runtime.mjs';

/** Starts the runtime on an app folder; lines of its stdout are handed on. */
export function startElectron(
  appFolder: string,
  args: readonly string[],
  onLine: (line: string) => void,
  extra: Readonly<Record<string, string>> = {},
): ChildProcess {
  const runtime = findRuntime();
  if (runtime === null) throw new Error('no Electron runtime: run npm start once');
  const isRoot = process.getuid?.() === 0;
  const { ELECTRON_RUN_AS_NODE: _unset, ...environment } = process.env;
  const child = spawn(runtime.executable, [...(isRoot ? ['--no-sandbox'] : []), appFolder, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...environment, ...extra },
  });
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return child;
}

/** Resolves when the process is gone. */
export function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
