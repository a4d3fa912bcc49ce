import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type ProtocolRequest, type ProtocolResponse, protocol } from 'electron';
import { CONTENT_TYPES, type ImageRequest, imageRequestOf, resolveAppFile } from './app-files.ts';
import { withStartState } from './start-state.ts';

/** The only origin the panel ever shows. */
export const APP_ORIGIN = 'app://panel';

/** Sent with every response. Inline styles are allowed because the UI kit positions with them; inline scripts are not. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/** Must run before the app is ready. No `bypassCSP`. */
export function declareAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/**
 * Serves the built page, with `startState` (JSON) in it, and the images of the gallery, and nothing else, with the policy above.
 * `image` resolves with a PNG that may be decoded, or null.
 */
export function serveApp(
  folder: string,
  startState: () => string | null,
  image: (request: ImageRequest) => Promise<Uint8Array | null>,
): void {
  const reply = (statusCode: number, type: string, data: Buffer): ProtocolResponse => ({
    statusCode,
    data,
    headers: {
      'content-type': type,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
    },
  });
  const refusal = (statusCode: number): ProtocolResponse => reply(statusCode, 'text/plain', Buffer.alloc(0));
  const answer = async ({ method, url }: ProtocolRequest): Promise<ProtocolResponse> => {
    if (method !== 'GET') return refusal(405);
    const wanted = imageRequestOf(url);
    if (wanted !== null) {
      const png = await image(wanted);
      return png === null ? refusal(404) : reply(200, 'image/png', Buffer.from(png));
    }
    const file = resolveAppFile(folder, url);
    if (file === null) return refusal(404);
    const type = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream';
    // Each step of an asynchronous read would wait for this thread, which is busy while the window opens.
    const body = readFileSync(file);
    return reply(200, type, basename(file) === 'index.html' ? Buffer.from(withStartState(body.toString('utf8'), startState())) : body);
  };
  // protocol.handle would load Node's fetch at the first request: docs/decisions/003-start.md.
  protocol.registerBufferProtocol('app', (request, respond) => {
    answer(request).then(respond, () => respond(refusal(404)));
  });
}
