import { networkInterfaces } from 'node:os';
import { powerMonitor } from 'electron';
import { gatewayCapability } from '../capabilities/gateway/capability.ts';
import type { Hosts } from './hosts.ts';

const CHECK_INTERVAL_MS = 3_000;

function addresses(): string {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.internal)
    .map((entry) => entry.address)
    .sort()
    .join(' ');
}

/**
 * Makes connections and gateways retry at once after a wake-up or a network change instead of waiting for their back-off.
 * Returns its stop.
 */
export function watchNetwork(hosts: Pick<Hosts, 'sessions'>): () => void {
  const onResume = (): void => {
    for (const session of hosts.sessions()) {
      session.connection.probe();
      session.connection.retryNow({ byOperator: false });
      session.use(gatewayCapability).networkChanged();
    }
  };
  powerMonitor.on('resume', onResume);
  powerMonitor.on('unlock-screen', onResume);
  let known = addresses();
  const timer = setInterval(() => {
    const seen = addresses();
    if (seen === known) return;
    known = seen;
    if (seen !== '') onResume();
  }, CHECK_INTERVAL_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    powerMonitor.removeListener('resume', onResume);
    powerMonitor.removeListener('unlock-screen', onResume);
  };
}
