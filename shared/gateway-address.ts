import type { GatewayProfile } from './capabilities/gateway/contract.ts';

export interface ParsedAddress {
  readonly isPlain: boolean;
  readonly hostName: string;
  readonly port: number;
  /** Before every path, without a slash at its end; empty for most. */
  readonly basePath: string;
}

/** `https://ai2:8800/gateway` → its parts. Null when it is no address; without a port, 443 or 80. */
export function parseAddress(address: string): ParsedAddress | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const isPlain = url.protocol === 'http:';
  return {
    isPlain,
    hostName: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isPlain ? 80 : 443) : Number(url.port),
    basePath: withoutApiPath(url.pathname),
  };
}

/** An address or its path without the slash and the `/v1` at its end: clients of OpenAI are given it with them. */
export const withoutApiPath = (address: string): string => address.replace(/\/+$/, '').replace(/\/v1$/, '');

/** Whether a token and a trusted certificate that were given for one profile count for the other: the same address by the same way. */
export function isSameEndpoint(a: GatewayProfile, b: GatewayProfile): boolean {
  const isSameWay = a.via.kind === 'ssh' ? b.via.kind === 'ssh' && a.via.hostId === b.via.hostId : b.via.kind === 'direct';
  return isSameWay && JSON.stringify(parseAddress(a.address)) === JSON.stringify(parseAddress(b.address));
}
