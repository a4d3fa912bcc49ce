import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { protocol } from 'electron';
import { CONTENT_TYPES, resolveAppFile } from './app-files.ts';

/** The only origin the panel ever shows. */
export const APP_ORIGIN = 'app://panel';

/** Sent with every answer. Styles may be inline because the UI kit sets positions that way; scripts never. */
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

/** Scripts and styles are asked for together: no more for this long, and the page has them all. */
const QUIET_MS = 15;

/** Must run before the app is ready. No `bypassCSP`. */
export function declareAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built page, and nothing else, with the policy above. Resolves once the page was given what it first asked for. */
export function serveApp(folder: string): Promise<void> {
  const headers = (type: string): Record<string, string> => ({
    'content-type': type,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
  });
  let quiet: ReturnType<typeof setTimeout> | null = null;
  let served: () => void = () => {};
  const pageServed = new Promise<void>((resolve) => {
    served = resolve;
  });
  const refuse = (status: number): Response => new Response('', { status, headers: headers('text/plain') });
  protocol.handle('app', async (request) => {
    if (request.method !== 'GET') return refuse(405);
    const file = resolveAppFile(folder, request.url);
    if (file === null) return refuse(404);
    try {
      const body = await readFile(file);
      if (extname(file) !== '.html') {
        if (quiet !== null) clearTimeout(quiet);
        quiet = setTimeout(served, QUIET_MS);
      }
      return new Response(new Uint8Array(body), { headers: headers(CONTENT_TYPES[extname(file)] ?? 'application/octet-stream') });
    } catch {
      return refuse(404);
    }
  });
  return pageServed;
}
