import { networkInterfaces } from 'node:os';
import { powerMonitor } from 'electron';
import type { HostSession } from './session.ts';

const LOOK_EVERY_MS = 3_000;

function addresses(): string {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.internal)
    .map((entry) => entry.address)
    .sort()
    .join(' ');
}

/**
 * Tells connection and gateway about wake-up and about a network that came or changed, so that they do not wait out
 * their back-off. Returns its stop.
 */
export function watchNetwork(session: () => HostSession | null): () => void {
  const onResume = (): void => {
    const shown = session();
    shown?.connection.probe();
    shown?.connection.retryNow({ byOperator: false });
    shown?.gateway.networkChanged();
  };
  powerMonitor.on('resume', onResume);
  powerMonitor.on('unlock-screen', onResume);
  let known = addresses();
  const timer = setInterval(() => {
    const seen = addresses();
    if (seen === known) return;
    known = seen;
    if (seen !== '') onResume();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    powerMonitor.removeListener('resume', onResume);
    powerMonitor.removeListener('unlock-screen', onResume);
  };
}
