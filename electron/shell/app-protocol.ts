import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';

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

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.json': 'application/json; charset=utf-8',
};

/** Must run before the app is ready. No `bypassCSP`. */
export function declareAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** The file a request means, or null when it lies outside the folder or has no business there. */
export function resolveAppFile(folder: string, url: string): string | null {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  if (parsed.protocol !== 'app:' || parsed.host !== 'panel') return null;
  let path: string;
  try {
    path = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  if (path.includes('\0')) return null;
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  return file.startsWith(normalize(folder) + sep) && extname(file) in CONTENT_TYPES ? file : null;
}

/** Serves the built page, and nothing else, with the policy above. */
export function serveApp(folder: string): void {
  const headers = (type: string): Record<string, string> => ({
    'content-type': type,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
  });
  const refuse = (status: number): Response => new Response('', { status, headers: headers('text/plain') });
  protocol.handle('app', async (request) => {
    if (request.method !== 'GET') return refuse(405);
    const file = resolveAppFile(folder, request.url);
    if (file === null) return refuse(404);
    try {
      const body = await readFile(file);
      return new Response(new Uint8Array(body), { headers: headers(CONTENT_TYPES[extname(file)] ?? 'application/octet-stream') });
    } catch {
      return refuse(404);
    }
  });
}
