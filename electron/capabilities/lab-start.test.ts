import { describe, expect, it } from 'vitest';
import { MAX_QUIET_TICKS, type StartingLab, waitForLab } from './lab-start.ts';

const READY = {
  type: 'ready',
  hostName: '127.0.0.1',
  port: 2222,
  user: 'operator',
  sudoPassword: 'lab',
  privateKey: 'key',
  hostKey: 'AAAA',
  gateway: { address: 'https://127.0.0.1:8800', observabilityPort: 8801, authority: '', token: 't' },
  hub: { port: 4431, authority: '' },
};

/** A lab whose signs of life and seconds the test gives. */
function startingLab() {
  const listeners = {
    spawn: () => {},
    message: (_message: unknown) => {},
    output: (_text: string) => {},
    exit: (_code: number) => {},
    tick: () => {},
  };
  let isKilled = false;
  let isStopped = false;
  const lab: StartingLab = {
    onSpawn: (listener) => Object.assign(listeners, { spawn: listener }),
    onMessage: (listener) => Object.assign(listeners, { message: listener }),
    onOutput: (listener) => Object.assign(listeners, { output: listener }),
    onExit: (listener) => Object.assign(listeners, { exit: listener }),
    kill: () => {
      isKilled = true;
    },
  };
  const ready = waitForLab(lab, (tick) => {
    listeners.tick = tick;
    return () => {
      isStopped = true;
    };
  });
  const quiet = (seconds: number): void => {
    for (let second = 0; second < seconds; second += 1) listeners.tick();
  };
  return { ready, listeners, quiet, isKilled: () => isKilled, isStopped: () => isStopped };
}

describe('the start of the lab', () => {
  it('resolves with what the lab reports', async () => {
    const { ready, listeners, isStopped } = startingLab();
    listeners.message(READY);
    await expect(ready).resolves.toMatchObject({ port: 2222 });
    expect(isStopped()).toBe(true);
  });

  it('waits for as long as there are signs of life, however slow the machine', async () => {
    const { ready, listeners, quiet } = startingLab();
    quiet(MAX_QUIET_TICKS - 1);
    listeners.spawn();
    quiet(MAX_QUIET_TICKS - 1);
    listeners.output('loading');
    for (let round = 0; round < 20; round += 1) {
      quiet(MAX_QUIET_TICKS - 1);
      listeners.message({ type: 'starting' });
    }
    quiet(MAX_QUIET_TICKS - 1);
    listeners.message(READY);
    await expect(ready).resolves.toMatchObject({ port: 2222 });
  });

  it('fails and ends a lab that is silent', async () => {
    const { ready, quiet, isKilled } = startingLab();
    quiet(MAX_QUIET_TICKS);
    await expect(ready).rejects.toMatchObject({ panelError: { code: 'lab-not-started', retryable: true } });
    expect(isKilled()).toBe(true);
  });

  it('fails at once when the process exits, with what it printed', async () => {
    const { ready, listeners, isStopped } = startingLab();
    listeners.output('Cannot find module lab.cjs');
    listeners.exit(1);
    await expect(ready).rejects.toMatchObject({
      panelError: { message: 'Lab failed to start: its process exited with code 1.', detail: 'Cannot find module lab.cjs' },
    });
    expect(isStopped()).toBe(true);
  });

  it('fails with the reason that the lab gives, and on a message of an unknown form', async () => {
    const failing = startingLab();
    failing.listeners.message({ type: 'failed', message: 'port in use' });
    await expect(failing.ready).rejects.toMatchObject({ panelError: { message: 'Lab failed to start: port in use.' } });
    const foreign = startingLab();
    foreign.listeners.message({ type: 'hello' });
    await expect(foreign.ready).rejects.toMatchObject({ panelError: { code: 'lab-not-started' } });
  });
});
