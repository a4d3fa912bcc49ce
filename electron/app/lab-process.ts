import { utilityProcess } from 'electron';
import { z } from 'zod';
import { panelError } from '../../shared/errors.ts';
import type { LabDoor } from '../capabilities/lab-door.ts';
import type { Logger } from '../foundation/log/log.ts';

const Ready = z.object({
  type: z.literal('ready'),
  hostName: z.string(),
  port: z.number(),
  user: z.string(),
  privateKey: z.string(),
  hostKey: z.string(),
  gateway: z.object({ address: z.string(), observabilityPort: z.number(), authority: z.string(), token: z.string() }),
});
const START_LIMIT_MS = 15_000;

/**
 * Starts the built-in lab as a process of its own and waits until its SSH server listens.
 * Throws `lab-not-started`.
 */
export function startLabProcess(bundle: string, log: Logger): Promise<LabDoor> {
  return new Promise((resolve, reject) => {
    const child = utilityProcess.fork(bundle, [], { serviceName: 'Ada Panel lab', stdio: 'pipe' });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
    const failed = (why: string): void => {
      clearTimeout(timer);
      reject(
        panelError({
          code: 'lab-not-started',
          layer: 'lab',
          message: `The built-in lab did not start: ${why}.`,
          hint: 'Try again; if it fails again, copy the details and report them.',
          retryable: true,
          detail: said,
        }),
      );
    };
    const timer = setTimeout(() => failed('no answer in time'), START_LIMIT_MS);
    const exited = new Promise<void>((gone) => child.once('exit', () => gone()));
    child.once('exit', (code) => {
      log.warn('lab.exited', { code, said: said.slice(-500) });
      failed(`it ended with code ${code}`);
    });
    child.once('message', (message: unknown) => {
      const ready = Ready.safeParse(message);
      if (!ready.success) return failed('it spoke a language the panel does not know');
      clearTimeout(timer);
      resolve({
        ...ready.data,
        fault: (name, on) => child.postMessage({ type: on ? 'break' : 'mend', fault: name }),
        close: async () => {
          child.kill();
          await exited;
        },
      });
    });
  });
}
