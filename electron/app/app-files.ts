import { extname, join, normalize, sep } from 'node:path';

/** The file types of the page; no other type is served. */
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

/** The file of a request, or null for a file outside the folder or of another type. */
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

const IMAGE = /^app:\/\/panel\/(images|thumbnails)\/(\d{8}-\d{6}-[0-9a-f]{8})\.png$/;

export interface ImageRequest {
  readonly kind: 'image' | 'thumbnail';
  readonly pictureId: string;
}

/** The gallery image of `app://panel/images/ID.png` or `/thumbnails/ID.png`; null for every other address. */
export function imageRequestOf(url: string): ImageRequest | null {
  const [, folder, pictureId] = IMAGE.exec(url) ?? [];
  return pictureId === undefined ? null : { kind: folder === 'thumbnails' ? 'thumbnail' : 'image', pictureId };
}
