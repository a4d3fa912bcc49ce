import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Content, Contents } from './content.ts';
import { ActiveFault, type MirrorFault, type MirrorPart, paced } from './faults.ts';
import { answerGit } from './git.ts';

/** Nothing of a mirror changes while it runs. */
const LAST_MODIFIED = 'Sat, 01 Nov 2025 00:00:00 GMT';
const CHUNK_BYTES = 65_536;

interface Waiting {
  readonly path: string;
  readonly bytes: number;
  readonly resolve: () => void;
}

/** The HTTP server of a mirror, with its faults. */
export class MirrorServer {
  /** `METHOD path`, as they came. */
  readonly requested: string[] = [];
  readonly #contents: Contents;
  readonly #gitFolder: string;
  readonly #address: string;
  #server: Server;
  #port = 0;
  #active: ActiveFault | null = null;
  #waiting: Waiting[] = [];

  constructor(address: string, contents: Contents, gitFolder: string) {
    this.#address = address;
    this.#contents = contents;
    this.#gitFolder = gitFolder;
    this.#server = this.#create();
  }

  /** The port is chosen by the system, and stays. */
  async listen(): Promise<number> {
    this.#server.listen(this.#port, this.#address);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the mirror has no port');
    this.#port = address.port;
    return this.#port;
  }

  async setFault(fault: MirrorFault | null, part: MirrorPart | null): Promise<void> {
    this.#active = fault === null ? null : new ActiveFault(fault, part);
    const isRefusing = fault?.kind === 'unreachable' && part === null;
    if (isRefusing) return this.close();
    if (this.#server.listening) return;
    this.#server = this.#create();
    await this.listen();
  }

  /** Resolves once `bytes` of one reply under a path that ends so have been sent. */
  whenSent(path: string, bytes: number): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push({ path, bytes, resolve }));
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #create(): Server {
    return createServer((request, response) => void this.#answer(request, response).catch(() => request.socket.destroy()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Without dot segments: a flat repository is asked for /apt/./Packages.
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname);
    this.requested.push(`${request.method} ${path}`);
    const fault = this.#faultOf(path);
    if (fault?.fault.kind === 'unreachable') return void request.socket.destroy();
    const send = (body: AsyncIterable<Buffer>, length: number | null) => this.#send(path, response, body, length);
    if (path.startsWith('/git/')) return answerGit(this.#gitFolder, request, response, send);
    const content = this.#contents.get(path);
    if (content === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(content === undefined ? 404 : 405, { 'content-type': 'text/plain' });
      return void response.end('not found\n');
    }
    const size = content.bytes?.length ?? statSync(content.file ?? '').size;
    const hasRanges = fault?.fault.kind !== 'no-ranges';
    const range = hasRanges ? rangeOf(request.headers.range, size) : null;
    const [first, last] = range ?? [0, size - 1];
    const headers = {
      'content-type': content.type,
      'last-modified': LAST_MODIFIED,
      etag: `"${size}"`,
      ...(hasRanges ? { 'accept-ranges': 'bytes' } : {}),
    };
    if (range !== null && first >= size) {
      response.writeHead(416, { ...headers, 'content-range': `bytes */${size}` });
      return void response.end();
    }
    response.writeHead(range === null ? 200 : 206, {
      ...headers,
      'content-length': last - first + 1,
      ...(range === null ? {} : { 'content-range': `bytes ${first}-${last}/${size}` }),
    });
    if (request.method === 'HEAD') return void response.end();
    await send(bodyOf(content, first, last), last - first + 1);
  }

  #faultOf(path: string): ActiveFault | null {
    return this.#active?.concerns(path) === true ? this.#active : null;
  }

  async #send(path: string, response: ServerResponse, body: AsyncIterable<Buffer>, length: number | null): Promise<void> {
    const limit = this.#faultOf(path)?.limit(length) ?? Number.POSITIVE_INFINITY;
    let sent = 0;
    for await (const chunk of paced(body, () => this.#faultOf(path))) {
      const part = chunk.subarray(0, limit - sent);
      if (!response.write(part)) await drained(response);
      if (response.destroyed) return;
      sent += part.length;
      this.#report(path, sent);
      if (sent >= limit) return void response.socket?.destroySoon();
    }
    response.end();
  }

  #report(path: string, sent: number): void {
    const isReached = (entry: Waiting): boolean => path.endsWith(entry.path) && sent >= entry.bytes;
    for (const entry of this.#waiting.filter(isReached)) entry.resolve();
    this.#waiting = this.#waiting.filter((entry) => !isReached(entry));
  }
}

/** Until more may be written, or nobody listens any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      response.off('drain', end);
      response.off('close', end);
      resolve();
    };
    response.once('drain', end);
    response.once('close', end);
  });
}

/** `bytes=A-B` and `bytes=A-`, as first and last byte; null = the whole. Other forms are answered with the whole, as a server may. */
function rangeOf(header: string | undefined, size: number): readonly [number, number] | null {
  const found = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '');
  if (found === null) return null;
  const last = found[2] === '' ? size - 1 : Math.min(Number(found[2]), size - 1);
  return [Number(found[1]), last];
}

async function* bodyOf(content: Content, first: number, last: number): AsyncGenerator<Buffer> {
  if (last < first) return;
  if (content.file !== undefined) {
    yield* createReadStream(content.file, { start: first, end: last });
    return;
  }
  for (let at = first; at <= last; at += CHUNK_BYTES) yield content.bytes.subarray(at, Math.min(at + CHUNK_BYTES, last + 1));
}
