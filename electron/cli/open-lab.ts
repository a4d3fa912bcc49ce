import { fork } from 'node:child_process';
import type { LabHostInfo } from '../../shared/lab-hosts.ts';
import { waitForLab } from '../capabilities/lab-start.ts';
import type { RunningLab } from '../capabilities/running-lab.ts';

/** A lab that ends with this program. */
export interface CommandLineLab {
  readonly running: RunningLab;
  readonly sudoPassword: string;
}

/** Starts a lab, with faults from its start on; `script` is its built program. Throws lab-not-started. */
export async function openLab(script: string, info: LabHostInfo, faults: readonly string[] = []): Promise<CommandLineLab> {
  const options = [...(info.isBare ? ['--bare'] : []), ...faults.map((fault) => `--fault=${fault}`)];
  const child = fork(script, options, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const {
    type: _type,
    sudoPassword,
    ...ready
  } = await waitForLab(
    {
      onSpawn: (listener) => void child.once('spawn', listener),
      onMessage: (listener) => void child.on('message', listener),
      onOutput: (listener) => void child.stderr?.on('data', (chunk: Buffer) => listener(chunk.toString())),
      onExit: (listener) => void child.once('exit', (code) => listener(code ?? 1)),
      kill: () => void child.kill(),
    },
    (tick) => {
      const timer = setInterval(tick, 1000);
      return () => clearInterval(timer);
    },
  );
  const running: RunningLab = {
    ...ready,
    info,
    fault: (name, on) => void child.send({ type: on ? 'break' : 'repair', fault: name }),
    close: async () => void child.kill(),
  };
  return { running, sudoPassword };
}
