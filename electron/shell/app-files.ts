import { extname, join, normalize, sep } from 'node:path';

/** What the page consists of; no other kind of file is served. */
export const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.json': 'application/json; charset=utf-8',
};

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

const PICTURE = /^app:\/\/panel\/pictures\/(\d{8}-\d{6}-[0-9a-f]{8})\.png$/;

/** The file of a picture of the gallery, asked for as `app://panel/pictures/ID.png`; null for everything else. */
export function resolvePicture(folder: string, url: string): string | null {
  const pictureId = PICTURE.exec(url)?.[1];
  return pictureId === undefined ? null : join(folder, `${pictureId}.png`);
}
