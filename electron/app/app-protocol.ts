import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { protocol } from 'electron';
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
  const headers = (type: string): Record<string, string> => ({
    'content-type': type,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
  });
  const refuse = (status: number): Response => new Response('', { status, headers: headers('text/plain') });
  protocol.handle('app', async (request) => {
    if (request.method !== 'GET') return refuse(405);
    try {
      const wanted = imageRequestOf(request.url);
      if (wanted !== null) {
        const png = await image(wanted);
        return png === null ? refuse(404) : new Response(new Uint8Array(png), { headers: headers('image/png') });
      }
      const file = resolveAppFile(folder, request.url);
      if (file === null) return refuse(404);
      const type = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream';
      const body = await readFile(file);
      const whole = basename(file) === 'index.html' ? withStartState(body.toString('utf8'), startState()) : new Uint8Array(body);
      return new Response(whole, { headers: headers(type) });
    } catch {
      return refuse(404);
    }
  });
}
