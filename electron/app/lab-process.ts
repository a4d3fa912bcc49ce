import { utilityProcess } from 'electron';
import { z } from 'zod';
import type { LabHostInfo } from '../../shared/lab-hosts.ts';
import { LabPastPart } from '../../shared/lab-past.ts';
import { waitForLab } from '../capabilities/lab-start.ts';
import type { RunningLab } from '../capabilities/running-lab.ts';
import type { Logger } from '../foundation/log/log.ts';

const MAX_LOGGED_CHARS = 500;
const PastMessage = z.object({ type: z.literal('past'), part: LabPastPart });

export interface LabProcessOptions {
  /** Called with each part of the days before its start, once it is ready. */
  readonly onPast?: (part: LabPastPart) => void;
  readonly faults?: readonly string[];
}

/**
 * Starts a built-in lab as a separate process and waits until its SSH server listens.
 * Throws `lab-not-started`.
 */
export async function startLabProcess(info: LabHostInfo, bundle: string, log: Logger, o: LabProcessOptions = {}): Promise<RunningLab> {
  const options = [
    ...(info.isBare ? ['--bare'] : []),
    ...(o.onPast === undefined ? [] : ['--past']),
    ...(o.faults ?? []).map((fault) => `--fault=${fault}`),
  ];
  const child = utilityProcess.fork(bundle, options, { serviceName: 'Ada Panel lab', stdio: 'pipe' });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-MAX_LOGGED_CHARS);
  });
  const exited = new Promise<void>((gone) => child.once('exit', () => gone()));
  child.once('exit', (code) => log.warn('lab.exited', { code, output }));
  const { onPast } = o;
  if (onPast !== undefined)
    child.on('message', (message: unknown) => {
      const past = PastMessage.safeParse(message);
      if (past.success) onPast(past.data.part);
    });
  const { type: _type, ...ready } = await waitForLab(
    {
      onSpawn: (listener) => void child.once('spawn', listener),
      onMessage: (listener) => void child.on('message', listener),
      onOutput: (listener) => void child.stderr?.on('data', (chunk: Buffer) => listener(chunk.toString())),
      onExit: (listener) => void child.once('exit', listener),
      kill: () => void child.kill(),
    },
    (tick) => {
      const timer = setInterval(tick, 1000);
      return () => clearInterval(timer);
    },
  );
  return {
    ...ready,
    info,
    fault: (name, on) => child.postMessage({ type: on ? 'break' : 'repair', fault: name }),
    close: async () => {
      child.kill();
      await exited;
    },
  };
}
