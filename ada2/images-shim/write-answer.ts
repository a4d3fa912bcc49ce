import type { ServerResponse } from 'node:http';
import { ClientDisconnected } from './errors.ts';

/** A multiple of three, so that the base64 of the parts is the base64 of the whole. */
const PART_BYTES = 3 * 8 * 1024;
/** Who takes nothing for so long is not there any more. */
const STUCK_MS = 60_000;

/**
 * Writes the answer with its images, a part at a time and no faster than the client takes them: the base64 of an image is
 * never there as a whole. Throws ClientDisconnected.
 */
export async function writeAnswer(
  response: ServerResponse,
  o: {
    /** Seconds since 1970. */
    readonly created: number;
    readonly isUrl: boolean;
    readonly images: readonly { readonly png: Buffer; readonly seed: number }[];
    /** Further fields of the answer. */
    readonly facts: object;
  },
): Promise<void> {
  const begin = `{"created":${o.created},"data":[`;
  const end = `],${JSON.stringify(o.facts).slice(1)}`;
  // There is nowhere to put an image for others to fetch: a URL is one that holds the image.
  const before = o.isUrl ? '{"url":"data:image/png;base64,' : '{"b64_json":"';
  const entries = o.images.map(({ png, seed }, index) => ({
    png,
    head: `${index === 0 ? '' : ','}${before}`,
    tail: `","seed":${seed}}`,
  }));
  const length = entries.reduce(
    (sum, { png, head, tail }) => sum + head.length + Math.ceil(png.length / 3) * 4 + tail.length,
    Buffer.byteLength(begin) + Buffer.byteLength(end),
  );
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
  response.write(begin);
  for (const { png, head, tail } of entries) {
    response.write(head);
    await writeBase64(response, png);
    response.write(tail);
  }
  response.end(end);
}

/** Writes the base64 of an image, a part at a time and no faster than the client takes them. Throws ClientDisconnected. */
export async function writeBase64(response: ServerResponse, png: Buffer): Promise<void> {
  for (let at = 0; at < png.length; at += PART_BYTES) {
    const part = png.toString('base64', at, Math.min(png.length, at + PART_BYTES));
    if (!response.write(part, 'latin1')) await drained(response);
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer);
      response.removeListener('drain', taken);
      response.removeListener('close', gone);
    };
    const taken = (): void => {
      finish();
      resolve();
    };
    const gone = (): void => {
      finish();
      reject(new ClientDisconnected());
    };
    const timer = setTimeout(gone, STUCK_MS);
    response.once('drain', taken);
    response.once('close', gone);
    // Closed already: neither would come.
    if (response.destroyed) gone();
  });
}
