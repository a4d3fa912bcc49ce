import { useEffect, useRef, useState } from 'react';

export interface DecodedImageProps {
  readonly src: string;
  readonly alt: string;
  readonly className?: string;
}

/** A picture that is drawn once it is decoded: decoding a large PNG while a frame waits for it would hold the window up. */
export function DecodedImage({ src, alt, className }: DecodedImageProps) {
  const image = useRef<HTMLImageElement>(null);
  const [isDecoded, setDecoded] = useState(false);
  useEffect(() => {
    let isWanted = true;
    const show = (): void => {
      if (isWanted) setDecoded(true);
    };
    // One that cannot be decoded is shown as what it is: broken, with its words.
    image.current?.decode().then(show, show);
    return () => {
      isWanted = false;
    };
  }, []);
  return (
    <img ref={image} src={src} alt={alt} decoding="async" className={className} style={isDecoded ? undefined : { visibility: 'hidden' }} />
  );
}
