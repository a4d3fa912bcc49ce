import { fork } from 'node:child_process';
import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { BARE_LAB } from '../../shared/lab-hosts.ts';
import { waitForLab } from '../capabilities/lab-start.ts';
import { labProfile } from '../capabilities/running-lab.ts';

/** The lab's bare host, which ends with this program. */
export interface BareLab {
  readonly profile: HostProfile;
  readonly hostKey: string;
  /** OpenSSH text. */
  readonly privateKey: string;
  readonly sudoPassword: string;
  close(): void;
}

/** Starts the lab with nothing on its host; `script` is its built program. Throws lab-not-started. */
export async function openBareLab(script: string): Promise<BareLab> {
  const child = fork(script, ['--bare'], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const { type: _type, ...ready } = await waitForLab(
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
  const { hostKey, privateKey, sudoPassword } = ready;
  return {
    profile: labProfile({ ...ready, info: BARE_LAB }),
    hostKey,
    privateKey,
    sudoPassword,
    close: () => void child.kill(),
  };
}
