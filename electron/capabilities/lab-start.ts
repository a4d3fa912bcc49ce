import { z } from 'zod';
import { type PanelException, panelError } from '../../shared/errors.ts';

/** What the lab sends once its SSH server listens. */
const LabReady = z.object({
  type: z.literal('ready'),
  hostName: z.string(),
  port: z.number(),
  user: z.string(),
  privateKey: z.string(),
  hostKey: z.string(),
  sudoPassword: z.string(),
  gateway: z.object({ address: z.string(), observabilityPort: z.number(), authority: z.string(), token: z.string() }),
  hub: z.object({ port: z.number(), authority: z.string() }),
});
type LabReady = z.infer<typeof LabReady>;

const LabMessage = z.discriminatedUnion('type', [
  LabReady,
  /** Sent every second while it starts. */
  z.object({ type: z.literal('starting') }),
  z.object({ type: z.literal('failed'), message: z.string() }),
  /** Its past, after it is ready; see shared/lab-past.ts. */
  z.object({ type: z.literal('past'), part: z.unknown() }),
]);

/** The lab's process, as far as its start is concerned. */
export interface StartingLab {
  onSpawn(listener: () => void): void;
  onMessage(listener: (message: unknown) => void): void;
  onOutput(listener: (text: string) => void): void;
  onExit(listener: (code: number) => void): void;
  kill(): void;
}

/** Ticks of a second without a sign of life. Time in which this process did not run either is not counted: a timer that is late ticks once. */
export const MAX_QUIET_TICKS = 30;
const MAX_OUTPUT_CHARS = 4000;

/**
 * Waits until the lab reports that it is ready, for as long as it shows signs of life: messages, output, its spawn.
 * `everySecond` calls its argument once a second and returns what stops that. Rejects with `lab-not-started`.
 */
export function waitForLab(lab: StartingLab, everySecond: (tick: () => void) => () => void): Promise<LabReady> {
  return new Promise((resolve, reject) => {
    let output = '';
    let quietTicks = 0;
    const alive = (): void => {
      quietTicks = 0;
    };
    const fail = (why: string): void => {
      stop();
      reject(labNotStartedError(why, output));
    };
    const stop = everySecond(() => {
      quietTicks += 1;
      if (quietTicks < MAX_QUIET_TICKS) return;
      fail(`no heartbeat for ${MAX_QUIET_TICKS} s`);
      lab.kill();
    });
    lab.onSpawn(alive);
    lab.onOutput((text) => {
      alive();
      output = (output + text).slice(-MAX_OUTPUT_CHARS);
    });
    lab.onExit((code) => fail(`its process exited with code ${code}`));
    lab.onMessage((raw) => {
      alive();
      const message = LabMessage.safeParse(raw);
      if (!message.success) return fail('it sent a message of an unknown format');
      if (message.data.type === 'failed') return fail(message.data.message);
      if (message.data.type !== 'ready') return;
      stop();
      resolve(message.data);
    });
  });
}

function labNotStartedError(why: string, output: string): PanelException {
  return panelError({
    code: 'lab-not-started',
    layer: 'lab',
    message: `Lab failed to start: ${why}.`,
    hint: 'Try again. If it fails again, copy the details and report them.',
    retryable: true,
    detail: output,
  });
}
