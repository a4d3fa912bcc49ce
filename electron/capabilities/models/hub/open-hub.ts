import { OFFICIAL_HUB } from '../../../../shared/default-settings.ts';
import type { HostContext } from '../../capability.ts';
import { type HubSite, openComputerChannel, openHostChannel } from './channel.ts';
import { createHub, type Hub } from './hub.ts';

/** The search of a host, as Settings have it; that of the lab asks the lab's own server. */
export function openHub(host: Pick<HostContext, 'lab' | 'connection' | 'settings' | 'secrets' | 'now'>): Hub {
  const { lab, connection, settings, now } = host;
  const site = (): HubSite => {
    if (lab !== null) {
      const { port, authority } = lab.hub;
      return { origin: OFFICIAL_HUB, trust: { kind: 'authority', pem: authority }, connectTo: { hostName: '127.0.0.1', port } };
    }
    return { origin: new URL(settings.get().huggingFace.endpoint).origin, trust: { kind: 'system' }, connectTo: null };
  };
  return createHub({
    site,
    route: () => settings.get().huggingFace.from,
    openChannel: (from, to) => (from === 'host' ? openHostChannel(to, connection) : openComputerChannel(to, process.env)),
    tokens: lab === null ? host.secrets : tokensInMemory(),
    now,
  });
}

/** A real token is never sent to the lab, and one for the lab is never saved. */
function tokensInMemory() {
  const tokens = new Map<string, string>();
  return {
    read: (name: string) => tokens.get(name) ?? null,
    write: (name: string, token: string) => void tokens.set(name, token),
    forget: (name: string) => void tokens.delete(name),
  };
}
