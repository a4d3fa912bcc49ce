import { HOST_SCRIPTS, RECORD_SEPARATOR, scriptArgv } from '../../../../shared/host-scripts/index.ts';
import { outputLines } from '../../../../shared/output-lines.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../../../shared/plain-text.ts';
import type { Trust } from '../../../foundation/http/certificate-verdict.ts';
import { clientOf, type Peer } from '../../../foundation/http/client.ts';
import { authorization, configOf, quoted } from '../../../foundation/http/curl-config.ts';
import { TrustedAgent } from '../../../foundation/http/https.ts';
import { openThroughProxy, proxyOf } from '../../../foundation/http/proxy.ts';
import type { Transport } from '../../../foundation/ssh/transport.ts';
import { hostFetchError, noCurlError } from './errors.ts';
import type { HubReply } from './hub-reply.ts';

const TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 8_000;
const MAX_BYTES = 16 * 1024 * 1024;
const HTTPS_PORT = 443;

const HUB_PEER: Peer = { code: 'hub', layer: 'network', name: 'Hugging Face' };

/** A server of Hugging Face's API: its origin without a slash at the end, and by what its certificate is judged. */
export interface HubSite {
  readonly origin: string;
  readonly trust: Trust;
  /** Where its origin is only a name for another address: that of the lab. */
  readonly connectTo: { readonly hostName: string; readonly port: number } | null;
}

export interface HubRequest {
  readonly path: string;
  readonly token: string | null;
  readonly signal: AbortSignal;
}

/** A way to Hugging Face. Never follows a redirect. */
export interface HubChannel {
  readonly from: 'computer' | 'host';
  /** Throws hub-unreachable, hub-slow and what else opening the connection throws; every status is an answer. */
  request(request: HubRequest): Promise<HubReply>;
  close(): void;
}

/** From this computer, through the proxy that its environment names. */
export function openComputerChannel(site: HubSite, environment: Readonly<Record<string, string | undefined>>): HubChannel {
  const url = new URL(site.origin);
  const { hostName, port } = site.connectTo ?? { hostName: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || HTTPS_PORT) };
  const proxy = site.connectTo === null ? proxyOf(hostName, environment) : null;
  const target = { peer: HUB_PEER, hostName, port, trust: site.trust, timeoutMs: CONNECT_TIMEOUT_MS };
  const through = proxy === null ? {} : { through: () => openThroughProxy(proxy, { hostName, port }, CONNECT_TIMEOUT_MS) };
  const client = clientOf(new TrustedAgent({ ...target, ...through }), target);
  return {
    from: 'computer',
    request: async ({ path, token, signal }) => {
      const headers = token === null ? {} : { authorization: `Bearer ${token}` };
      const { status, headers: found, body } = await client.request({ path, headers, signal, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
      return { status, headers: found, body };
    },
    close: () => client.close(),
  };
}

/** From the host, by its curl; address and token go to it by standard input, since the process list shows arguments to everybody. */
export function openHostChannel(site: HubSite, transport: Pick<Transport, 'exec'>): HubChannel {
  return {
    from: 'host',
    request: async ({ path, token, signal }) => {
      const stdin = configOf([`url = ${quoted(`${site.origin}${path}`)}`, ...authorization(token)]);
      const { exitCode, stdout } = await transport.exec(scriptArgv(HOST_SCRIPTS.hubAsk), {
        stdin,
        timeoutMs: TIMEOUT_MS + CONNECT_TIMEOUT_MS,
        maxOutputBytes: MAX_BYTES,
        signal,
      });
      if (exitCode === 12) throw noCurlError();
      const { reply, curlExitCode, words } = readHostReply(stdout);
      if (curlExitCode !== 0 || reply === null) throw hostFetchError(curlExitCode, words, site.origin);
      return reply;
    },
    close: () => {},
  };
}

const MAX_HEAD_CHARS = 65_536;

/** Reads what the script hubAsk prints: headers as `curl -D` writes them, the body, curl's exit code and words. */
export function readHostReply(text: string): {
  readonly reply: HubReply | null;
  /** Null = it is not reported. */
  readonly curlExitCode: number | null;
  readonly words: string;
} {
  const headEnd = text.indexOf(RECORD_SEPARATOR);
  const bodyEnd = text.lastIndexOf(RECORD_SEPARATOR);
  const head = text.slice(0, Math.min(MAX_HEAD_CHARS, Math.max(0, headEnd)));
  const end = bodyEnd < 0 ? '' : text.slice(bodyEnd + 1, bodyEnd + 1 + MAX_HEAD_CHARS).trim();
  const [code = '', ...words] = end.split('\n');
  const headers: Record<string, string> = {};
  let status: number | null = null;
  for (const line of outputLines(head)) {
    const found = /^HTTP\/[\d.]{1,4} (\d{3})/.exec(line)?.[1];
    // A proxy's own answer to CONNECT comes before the server's.
    if (found !== undefined) {
      status = Number(found);
      for (const name of Object.keys(headers)) delete headers[name];
      continue;
    }
    const at = line.indexOf(':');
    if (at > 0 && at <= 60) headers[line.slice(0, at).toLowerCase()] = plainText(line.slice(at + 1).trim(), MAX_SENTENCE_CHARS);
  }
  return {
    reply: status === null || bodyEnd <= headEnd ? null : { status, headers, body: text.slice(headEnd + 1, bodyEnd).trim() },
    curlExitCode: /^\d{1,3}$/.test(code) ? Number(code) : null,
    words: plainText(words.join(' '), MAX_SENTENCE_CHARS),
  };
}
