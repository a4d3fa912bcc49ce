import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { decodeImage } from './gallery/decode-image.ts';

export interface DecodedImageProps {
  readonly src: string;
  readonly alt: string;
  readonly className?: string;
}

type State = { readonly kind: 'waiting' } | { readonly kind: 'shown'; readonly natural: string } | { readonly kind: 'broken' };

/** How much the room may grow before the image is decoded again: a window that is being resized asks for each pixel otherwise. */
const STEP_PX = 64;

/**
 * An image in the size of its box, decoded to that size in a worker: decoding and scaling a large PNG on the page's own threads
 * costs frames. Its own size is in `data-natural`.
 */
export function DecodedImage({ src, alt, className }: DecodedImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<State>({ kind: 'waiting' });
  const [room, setRoom] = useState<{ readonly width: number; readonly height: number } | null>(null);

  useLayoutEffect(() => {
    const box = canvas.current?.parentElement;
    if (box === null || box === undefined) return;
    const up = (length: number): number => Math.ceil((length * window.devicePixelRatio) / STEP_PX) * STEP_PX;
    const measure = (): void => {
      const next = { width: up(box.clientWidth), height: up(box.clientHeight) };
      setRoom((before) => (before !== null && before.width >= next.width && before.height >= next.height ? before : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (room === null || room.width === 0 || room.height === 0) return;
    let isWanted = true;
    void decodeImage({ url: new URL(src, window.location.href).href, ...room }).then(({ bitmap, natural }) => {
      const target = canvas.current;
      if (bitmap === null || natural === null) {
        if (isWanted) setState({ kind: 'broken' });
        return;
      }
      if (!isWanted || target === null) return bitmap.close();
      target.width = bitmap.width;
      target.height = bitmap.height;
      target.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
      setState({ kind: 'shown', natural: `${natural.width}x${natural.height}` });
    });
    return () => {
      isWanted = false;
    };
  }, [src, room]);

  // A broken image is drawn as the browser draws one, with its alternative text.
  if (state.kind === 'broken') return <img src={src} alt={alt} className={className} />;
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={alt}
      className={className}
      data-natural={state.kind === 'shown' ? state.natural : undefined}
      style={state.kind === 'shown' ? undefined : { visibility: 'hidden' }}
    />
  );
}
