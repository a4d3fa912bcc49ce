import type { HostProfile } from './capabilities/hosts/contract.ts';
import { HOST_NAME, USER_NAME } from './destinations.ts';
import { freshHostId } from './host-id.ts';

/** A parsed `user@host:port`. */
export interface Destination {
  readonly user: string;
  readonly hostName: string;
  readonly port: number;
}

const SSH_PORT = 22;

/**
 * Reads `user@host`, `user@host:port` or `user@[v6]:port`, as ssh(1) takes a destination, with or without `ssh://`.
 * Null for any other text. The last `@` separates user and host, because user names may contain one.
 */
export function parseDestination(typed: string): Destination | null {
  const text = typed
    .trim()
    .replace(/^ssh:\/\//, '')
    .replace(/^ssh\s+/, '')
    .replace(/\/$/, '');
  const at = text.lastIndexOf('@');
  if (at < 1) return null;
  const user = text.slice(0, at);
  const place = text.slice(at + 1);
  const parts = /^\[([0-9A-Fa-f:.%\w]+)\](?::(\d{1,5}))?$/.exec(place) ?? /^([^:\s]+)(?::(\d{1,5}))?$/.exec(place);
  // An IPv6 address without brackets has many colons and no port.
  const hostName = parts?.[1] ?? (/^[0-9A-Fa-f:]+(%\w+)?$/.test(place) && place.split(':').length > 2 ? place : undefined);
  if (hostName === undefined) return null;
  const port = parts?.[2] === undefined ? SSH_PORT : Number(parts[2]);
  const isValid = HOST_NAME.test(hostName) && USER_NAME.test(user) && port >= 1 && port <= 65_535;
  return isValid ? { user, hostName, port } : null;
}

/** The profile of a typed destination: like ssh, it uses the keys of the agent and of ~/.ssh. */
export function profileOfDestination(destination: Destination, taken: readonly string[]): HostProfile {
  const label = (destination.hostName.split('.')[0] || destination.hostName).slice(0, 60);
  const isAddress = /^[\d.]+$/.test(destination.hostName) || destination.hostName.includes(':');
  return {
    id: freshHostId(isAddress ? destination.hostName : label, (id) => taken.includes(id)),
    kind: 'ssh',
    label: isAddress ? destination.hostName.slice(0, 60) : label,
    hostName: destination.hostName,
    port: destination.port,
    user: destination.user,
    identityFiles: [],
    useAgent: true,
  };
}

/** `user@host`, with the port unless it is 22: two hosts may differ in the port alone. */
export function addressOf({ user, hostName, port }: Destination): string {
  return `${user}@${hostName}${port === SSH_PORT ? '' : `:${port}`}`;
}
