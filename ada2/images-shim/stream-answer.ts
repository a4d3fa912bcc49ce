import type { ServerResponse } from 'node:http';
import { toShimError } from './errors.ts';
import { writeBase64 } from './write-answer.ts';

/** A preview while an image is being made, as the backend gives it. */
export interface Preview {
  readonly mime: string;
  readonly base64: string;
}

/**
 * Answers `stream: true` as OpenAI does: server-sent events, `image_generation.partial_image` for previews and one
 * `image_generation.completed` for each image. The status is sent with the first event, so that a refusal before it keeps its own.
 */
export interface StreamedAnswer {
  /** A preview of the image with this index; omitted once the requested number was sent, or while the client is slow. */
  partial(index: number, preview: Preview): void;
  /** The images, in order, each with `facts` as further fields. Throws ClientDisconnected. */
  complete(images: readonly { readonly png: Buffer; readonly seed: number }[], facts: object): Promise<void>;
  /** Reports a failure inside the stream; false = nothing was sent yet, so that an ordinary response is possible. */
  fail(thrown: unknown): boolean;
}

export function streamAnswer(
  response: ServerResponse,
  o: {
    /** Seconds since 1970. */
    readonly created: () => number;
    readonly partialImages: number;
  },
): StreamedAnswer {
  const sent = new Map<number, number>();
  const begin = (): void => {
    if (response.headersSent) return;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
  };
  return {
    partial: (index, { mime, base64 }) => {
      const before = sent.get(index) ?? 0;
      if (before >= o.partialImages || response.destroyed || response.writableNeedDrain === true) return;
      sent.set(index, before + 1);
      begin();
      const type = 'image_generation.partial_image';
      const head = {
        type,
        partial_image_index: before,
        image_index: index,
        created_at: o.created(),
        output_format: mime.replace('image/', ''),
      };
      response.write(`event: ${type}\ndata: ${JSON.stringify({ ...head, b64_json: base64 })}\n\n`);
    },
    complete: async (images, facts) => {
      begin();
      for (const [index, { png, seed }] of images.entries()) {
        const type = 'image_generation.completed';
        const rest = { type, image_index: index, created_at: o.created(), output_format: 'png', background: 'opaque', ...facts, seed };
        response.write(`event: ${type}\ndata: {"b64_json":"`);
        await writeBase64(response, png);
        response.write(`",${JSON.stringify(rest).slice(1)}\n\n`);
      }
      response.end();
    },
    fail: (thrown) => {
      if (!response.headersSent) return false;
      if (!response.destroyed)
        response.end(`event: error\ndata: ${JSON.stringify({ type: 'error', ...Object(toShimError(thrown).body()) })}\n\n`);
      return true;
    },
  };
}
