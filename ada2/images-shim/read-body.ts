import type { IncomingMessage } from 'node:http';
import { ClientDisconnected, ShimError } from './errors.ts';

const MAX_BYTES = 1_048_576;
const TIMEOUT_MS = 15_000;
/** So much more is read and thrown away, for the client to get to the answer. */
const MAX_DISCARDED_BYTES = 8 * MAX_BYTES;

/** The JSON a request brings. Throws ShimError 400 not_json, 408 body_slow, 413 body_too_large, and ClientDisconnected. */
export function readJson(request: IncomingMessage, limitMs = TIMEOUT_MS): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const fail = (cause: Error): void => {
      clearTimeout(timer);
      parts.length = 0;
      reject(cause);
    };
    const timer = setTimeout(
      () => fail(new ShimError(408, 'body_slow', `The request body was not complete after ${limitMs / 1000} s.`)),
      limitMs,
    );
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= MAX_BYTES) return void parts.push(part);
      if (bytes > MAX_DISCARDED_BYTES) request.pause();
      fail(new ShimError(413, 'body_too_large', `The request is larger than ${MAX_BYTES} bytes.`));
    });
    request.once('error', fail);
    request.once('aborted', () => fail(new ClientDisconnected()));
    request.once('end', () => {
      clearTimeout(timer);
      try {
        // Fatal: bytes that are no UTF-8 must not become other characters of a prompt. A byte-order mark is passed over.
        resolve(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))));
      } catch {
        reject(new ShimError(400, 'not_json', 'The request is not JSON in UTF-8.', { param: 'body' }));
      }
    });
  });
}
