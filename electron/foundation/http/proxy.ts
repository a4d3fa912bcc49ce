import { type ClientRequest, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { type PanelException, panelError } from '../../../shared/errors.ts';

/** A forward proxy that is asked for a tunnel; `login` is `user:password`, or null. */
export interface Proxy {
  readonly hostName: string;
  readonly port: number;
  readonly login: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for an https address: HTTPS_PROXY or ALL_PROXY, unless NO_PROXY lists the host; lower case first,
 * as curl reads them. Null = directly. A proxy that speaks no plain HTTP is left out.
 */
export function proxyOf(hostName: string, environment: Environment): Proxy | null {
  const setting = (name: string): string => environment[name.toLowerCase()] ?? environment[name] ?? '';
  const named = setting('HTTPS_PROXY') || setting('ALL_PROXY');
  if (named === '' || isExempt(hostName, setting('NO_PROXY'))) return null;
  const text = named.includes('://') ? named : `http://${named}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.protocol !== 'http:') return null;
  const login = url.username === '' ? null : `${decoded(url.username)}:${decoded(url.password)}`;
  return { hostName: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80), login };
}

/** A `%` that was written without its code stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether NO_PROXY lists this host: a name stands for itself and everything below it, `*` for all. */
function isExempt(hostName: string, list: string): boolean {
  const host = hostName.toLowerCase();
  return list
    .slice(0, 4_000)
    .toLowerCase()
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/^\*?\./, '').replace(/:\d+$/, ''))
    .some((entry) => entry !== '' && (entry === '*' || host === entry || host.endsWith(`.${entry}`)));
}

/** A connection to `hostName`:`port` through the proxy, as RFC 9110 (9.3.6) has it. Throws hub-proxy. */
export function openThroughProxy(
  proxy: Proxy,
  to: { readonly hostName: string; readonly port: number },
  timeoutMs: number,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const authority = `${to.hostName.includes(':') ? `[${to.hostName}]` : to.hostName}:${to.port}`;
    const asked: ClientRequest = request({
      host: proxy.hostName,
      port: proxy.port,
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(proxy.login === null ? {} : { 'proxy-authorization': `Basic ${Buffer.from(proxy.login).toString('base64')}` }),
      },
    });
    const timer = setTimeout(() => asked.destroy(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`)), timeoutMs);
    asked.once('connect', (response, socket, first) => {
      clearTimeout(timer);
      if (first.length > 0) socket.unshift(first);
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(proxyError(proxy, `it responded with status ${response.statusCode ?? 0}`));
    });
    asked.once('response', (response) => {
      response.resume();
      asked.destroy(new Error(`it responded with status ${response.statusCode ?? 0}`));
    });
    asked.once('error', (cause) => {
      clearTimeout(timer);
      reject(proxyError(proxy, cause.message));
    });
    asked.end();
  });
}

const proxyError = (proxy: Proxy, why: string): PanelException =>
  panelError({
    code: 'hub-proxy',
    layer: 'network',
    message: `The proxy ${proxy.hostName}:${proxy.port} did not open a connection: ${why}.`,
    hint: 'Check HTTPS_PROXY of this computer, or search through the host (Settings, Hugging Face).',
    retryable: true,
  });
