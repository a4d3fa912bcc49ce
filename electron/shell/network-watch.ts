import { networkInterfaces } from 'node:os';
import { powerMonitor } from 'electron';
import type { Connection } from '../ssh/transport.ts';

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
 * Tells the connection about wake-up and about a network that came or changed, so that it does not wait out its
 * back-off. Returns its stop.
 */
export function watchNetwork(connection: () => Connection | null): () => void {
  const onResume = (): void => {
    connection()?.probe();
    connection()?.retryNow({ byOperator: false });
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
