import type { DecodeAnswer, DecodeRequest } from './decode-image.ts';
import { pngSizeOf } from './png-size.ts';

// Runs in a worker of its own: a PNG of a megapixel takes longer to decode than a frame lasts.

async function decode({ url, width, height }: DecodeRequest): Promise<Omit<DecodeAnswer, 'id'>> {
  const blob = await (await fetch(url)).blob();
  const size = pngSizeOf(new Uint8Array(await blob.slice(0, 24).arrayBuffer()));
  if (size === null) return { bitmap: null, natural: null };
  const scale = Math.min(1, width / size.width, height / size.height);
  const bitmap = await createImageBitmap(blob, {
    resizeWidth: Math.max(1, Math.round(size.width * scale)),
    resizeHeight: Math.max(1, Math.round(size.height * scale)),
    resizeQuality: 'high',
  });
  return { bitmap, natural: size };
}

self.onmessage = ({ data }: MessageEvent<DecodeRequest>) => {
  const answer = (part: Omit<DecodeAnswer, 'id'>): void =>
    self.postMessage({ id: data.id, ...part }, { transfer: part.bitmap === null ? [] : [part.bitmap] });
  decode(data).then(answer, () => answer({ bitmap: null, natural: null }));
};
