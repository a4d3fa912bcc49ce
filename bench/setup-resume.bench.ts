import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../lab/base/random.ts';
import { noRealHost, pause } from './real-peer.ts';
import type { Bench } from './result.ts';
import { openSetupHost, type SetupHost } from './setup-host.ts';
import { type ResumedTarget, STATE, UNDO } from './setup-resumed.ts';

const TIMES = 50;
/** Of the connection that a killed run leaves, the server ends the commands; a run that has to wait for one takes the rest of this time. */
const RUN_TIMEOUT_MS = 240_000;
const CHILD = join(dirname(fileURLToPath(import.meta.url)), 'setup-child.ts');

interface Run {
  readonly child: ChildProcess;
  /** Resolves with the first line that begins so. */
  line(start: string): Promise<void>;
  readonly ended: Promise<number | null>;
  readonly output: () => string;
}

function startRun(targetFile: string): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, targetFile], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const check of waiting) check();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    ended,
    output: () => output,
    line: (start) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!output.split('\n').some((line) => line.startsWith(start))) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
        void ended.then(() => reject(new Error(`the run ended before "${start}": ${output}`)));
      }),
  };
}

/** Applies with one kill after `killAfterMs`; null when the host is as after a run without one, else what differs. */
async function resumed(
  host: SetupHost,
  o: { readonly killAfterMs: number; readonly kills: 'connection' | 'process'; readonly wanted: string },
): Promise<string | null> {
  const target = targetOf(host);
  const run = startRun(target);
  await run.line('run running');
  await Promise.race([pause(o.killAfterMs), run.ended]);
  let last = run;
  if (o.kills === 'connection') host.bare.host.killSshdChildren();
  else {
    run.child.kill('SIGKILL');
    await run.ended;
    last = startRun(target);
  }
  const timer = setTimeout(() => last.child.kill('SIGKILL'), RUN_TIMEOUT_MS);
  const exitCode = await last.ended;
  clearTimeout(timer);
  if (exitCode !== 0) return `the resumed run ended with ${exitCode}: ${last.output()}`;
  const state = stateOf(host);
  return state === o.wanted ? null : `the state differs:\n${state}\ninstead of\n${o.wanted}`;
}

function targetOf(host: SetupHost): string {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ada-bench-resume-'));
  mkdirSync(join(dataFolder, 'setup'));
  const target: ResumedTarget = { ...host.target, dataFolder, password: host.bare.host.password };
  const file = join(dataFolder, 'target.json');
  writeFileSync(file, JSON.stringify(target), { mode: 0o600 });
  return file;
}

const stateOf = (host: SetupHost): string => host.bare.host.run('sh', '-c', `${STATE}; true`);
const undo = (host: SetupHost): void => void host.bare.host.run('sh', '-c', UNDO);

export const bench: Bench = {
  name: 'setup-resume',
  unavailable: noRealHost,
  run: async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    const times = Number(process.env['TIMES'] ?? TIMES);
    console.error(`seed ${seed}`);
    const random = seededRandom(seed);
    const host = await openSetupHost();
    try {
      const first = startRun(targetOf(host));
      await first.line('run running');
      const startedAt = performance.now();
      if ((await first.ended) !== 0) throw new Error(first.output());
      const runMs = performance.now() - startedAt;
      const wanted = stateOf(host);
      const failures: string[] = [];
      for (let round = 0; round < times; round += 1) {
        undo(host);
        const kills = round % 2 === 0 ? 'process' : 'connection';
        const killAfterMs = random() * runMs;
        const failure = await resumed(host, { killAfterMs, kills, wanted });
        if (failure === null) continue;
        failures.push(failure);
        console.error(`round ${round}, ${kills} killed after ${Math.round(killAfterMs)} ms: ${failure}`);
      }
      const value = times - failures.length;
      return [
        {
          name: 'same end state after a kill at a random point',
          value,
          unit: `of ${times}`,
          peer: null,
          ratio: null,
          target: `${times} of ${times}`,
          ok: value === times,
          said: `seed ${seed}: the program (SIGKILL) and its connection (sshd killed) in turns, at a random point of a run of ${Math.round(runMs)} ms`,
        },
      ];
    } finally {
      await host.close();
    }
  },
};
