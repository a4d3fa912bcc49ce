export interface DecodeRequest {
  readonly id: number;
  readonly url: string;
  /** The room for it in screen pixels: a larger image is scaled down to fit into it, a smaller one stays as it is. */
  readonly width: number;
  readonly height: number;
}

export interface DecodeAnswer {
  readonly id: number;
  /** Null: it cannot be read or decoded. */
  readonly bitmap: ImageBitmap | null;
  /** The size of the image itself. */
  readonly natural: { readonly width: number; readonly height: number } | null;
}

type Waiting = (answer: DecodeAnswer) => void;

let worker: Worker | null = null;
let nextId = 1;
const waiting = new Map<number, Waiting>();

function startWorker(): Worker {
  const started = new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' });
  started.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  // A worker that cannot start answers nothing: everything that waits is answered as undecodable.
  started.onerror = () => {
    worker = null;
    for (const [id, answer] of waiting) answer({ id, bitmap: null, natural: null });
    waiting.clear();
  };
  return started;
}

/** Decodes an image in a worker to the size it is shown in. Never rejects. The caller closes the bitmap. */
export function decodeImage(o: Omit<DecodeRequest, 'id'>): Promise<DecodeAnswer> {
  return new Promise((resolve) => {
    worker ??= startWorker();
    const id = nextId;
    nextId += 1;
    waiting.set(id, resolve);
    worker.postMessage({ ...o, id } satisfies DecodeRequest);
  });
}
