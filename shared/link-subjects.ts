/** The SSH connection to the host. */
export const CONNECTION_LINK = 'connection';
/** The gateway, as the panel reaches it. */
export const GATEWAY_LINK = 'gateway';

/** The backend class that the gateway sends images to: ready by the gateway's own check. */
export const backendLink = (name: string): string => `backend ${name}`;
/** A program that answers on the host, such as the images shim. */
export const endpointLink = (name: string): string => `endpoint ${name}`;
/** A unit of systemd. */
export const unitLink = (name: string): string => `unit ${name}`;

const PREFIXES = ['backend', 'endpoint', 'unit'] as const;
export type LinkKind = 'connection' | 'gateway' | (typeof PREFIXES)[number];

/** The parts of a subject of the series `links`; null = of another version. */
export function parseLink(subject: string): { readonly kind: LinkKind; readonly name: string } | null {
  if (subject === CONNECTION_LINK || subject === GATEWAY_LINK) return { kind: subject, name: '' };
  const kind = PREFIXES.find((prefix) => subject.startsWith(`${prefix} `));
  return kind === undefined ? null : { kind, name: subject.slice(kind.length + 1) };
}
