import { Modal } from '@mantine/core';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { aboutOf } from './gallery/about-image.ts';
import { ImageViewer } from './gallery/image-viewer.tsx';
import { ImageButtons } from './image-buttons.tsx';
import { imageUrl } from './image-urls.ts';
import { FACT_TEXT, TEXT } from './text.ts';

/** Images side by side. */
export const MAX_COMPARED = 2;

export interface ImageDialogProps {
  /** One image, or two to compare. */
  readonly images: readonly GalleryImage[];
  readonly onClose: () => void;
  readonly onAgain: (image: GalleryImage, o: { readonly reuseSeed: boolean }) => void;
  readonly onCompare: (image: GalleryImage) => void;
}

/** An image over the whole window with its parameters; two images appear side by side with their differences marked. */
export function ImageDialog(props: ImageDialogProps) {
  const [one, other] = props.images;
  if (one === undefined) return null;
  return other === undefined ? <ImageViewer {...props} key={one.pictureId} image={one} /> : <SideBySide {...props} />;
}

function SideBySide({ images, onClose, onAgain, onCompare }: ImageDialogProps) {
  useReturnFocus();
  return (
    <Modal opened onClose={onClose} title={TEXT.sideBySide} size="90%">
      <div className="play-compare" data-two>
        {images.map((image) => (
          <figure key={image.pictureId} className="play-compared">
            <img src={imageUrl(image)} alt={image.parameters.prompt} dir="auto" decoding="async" />
            <figcaption>
              <ImageButtons image={image} onAgain={(o) => onAgain(image, o)} onCompare={() => onCompare(image)} onRemoved={onClose} />
              <dl className="play-about">
                {aboutOf(image).map(([name, value]) => (
                  <div key={name} data-differs={isOther(name, value, images) || undefined}>
                    <dt>{name}</dt>
                    <dd dir="auto">{value}</dd>
                  </div>
                ))}
              </dl>
            </figcaption>
          </figure>
        ))}
      </div>
    </Modal>
  );
}

function isOther(name: string, value: string, images: readonly GalleryImage[]): boolean {
  return (
    name !== FACT_TEXT.created &&
    images.some((image) => aboutOf(image).some(([otherName, otherValue]) => otherName === name && otherValue !== value))
  );
}
