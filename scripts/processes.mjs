// Small helpers around child processes.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Time for a program to end by itself after SIGTERM. */
const GRACE_MS = 10_000;

/**
 * Runs a program to its end; resolves with its exit code (a signal counts as 1). A signal that ends this script, or `limitMs`, ends the
 * program and all that it started.
 */
export function run(command, args, { limitMs, ...options } = {}) {
  return new Promise((resolve, reject) => {
    // A separate process group, so that the program's children can be ended with it.
    const hasGroup = process.platform !== 'win32';
    const child = spawn(command, args, { stdio: 'inherit', detached: hasGroup, ...options });
    let hardEnd;
    const kill = (signal, toGroup) => {
      try {
        if (toGroup) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It has ended already.
      }
    };
    const end = (signal) => {
      // A program ends its own helpers; xvfb-run passes no signal on.
      kill(signal, hasGroup && command === 'xvfb-run');
      hardEnd ??= setTimeout(() => kill('SIGKILL', hasGroup), GRACE_MS);
    };
    const pass = Object.fromEntries(END_SIGNALS.map((signal) => [signal, () => end(signal)]));
    for (const [signal, handler] of Object.entries(pass)) process.on(signal, handler);
    const late =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            process.stderr.write(`ada-panel: ${command} did not end within ${limitMs / 1000} s and is stopped.\n`);
            end('SIGTERM');
          }, limitMs);
    const settle = () => {
      clearTimeout(late);
      clearTimeout(hardEnd);
      for (const [signal, handler] of Object.entries(pass)) process.off(signal, handler);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('exit', (code) => {
      settle();
      resolve(code ?? 1);
    });
  });
}

/** Runs a program quietly; its stdout, or null when it failed. */
export function ask(command, args, options = {}) {
  const answer = spawnSync(command, args, { encoding: 'utf8', ...options });
  return answer.status === 0 ? answer.stdout : null;
}

/** Where a program is, also in the folders for administrators that a user's PATH lacks on Debian; null when it is nowhere. */
export function findProgram(program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (process.platform !== 'win32') folders.push('/usr/local/sbin', '/usr/sbin', '/sbin');
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file)) ?? null;
}

/** npm as this script was started by it, or from the PATH; on Windows that is a command file, which only a shell can run. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /\.[cm]?js$/.test(script)) return { command: process.execPath, prefix: [script], needsShell: false };
  return { command: 'npm', prefix: [], needsShell: process.platform === 'win32' };
}

export function isRoot() {
  return typeof process.getuid === 'function' && process.getuid() === 0;
}
