import { useEffect, useRef, useState } from 'react';

export interface DecodedImageProps {
  readonly src: string;
  readonly alt: string;
  readonly className?: string;
}

/** An image that is shown once it is decoded: decoding a large PNG while a frame waits would block the window. */
export function DecodedImage({ src, alt, className }: DecodedImageProps) {
  const image = useRef<HTMLImageElement>(null);
  const [isDecoded, setDecoded] = useState(false);
  useEffect(() => {
    let isWanted = true;
    const show = (): void => {
      if (isWanted) setDecoded(true);
    };
    // An image that cannot be decoded is shown as broken, with its alternative text.
    image.current?.decode().then(show, show);
    return () => {
      isWanted = false;
    };
  }, []);
  return (
    <img ref={image} src={src} alt={alt} decoding="async" className={className} style={isDecoded ? undefined : { visibility: 'hidden' }} />
  );
}
