import { Modal } from '@mantine/core';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { ImageButtons } from './image-buttons.tsx';
import { imageUrl } from './image-urls.ts';
import { describeCreated, describeFact, describeSize, FACT_TEXT, TEXT } from './text.ts';

export interface ImageDialogProps {
  /** One image, or two to compare. */
  readonly images: readonly GalleryImage[];
  readonly onClose: () => void;
  readonly onAgain: (image: GalleryImage, o: { readonly reuseSeed: boolean }) => void;
  readonly onCompare: (image: GalleryImage) => void;
}

/** An image in full size with its parameters; two images appear side by side with their differences marked. */
export function ImageDialog({ images, onClose, onAgain, onCompare }: ImageDialogProps) {
  const [one, other] = images;
  useReturnFocus();
  if (one === undefined) return null;
  return (
    <Modal opened onClose={onClose} title={other === undefined ? TEXT.image : TEXT.sideBySide} size={other === undefined ? 'xl' : '90%'}>
      <div className="play-compare" data-two={other !== undefined || undefined}>
        {images.map((image) => (
          <figure key={image.pictureId} className="play-compared">
            <img src={imageUrl(image)} alt={image.parameters.prompt} dir="auto" decoding="async" />
            <figcaption>
              <ImageButtons image={image} onAgain={(o) => onAgain(image, o)} onCompare={() => onCompare(image)} onRemoved={onClose} />
              <dl className="play-about">
                {aboutOf(image).map(([name, value]) => (
                  <div key={name} data-differs={(other !== undefined && isOther(name, value, images)) || undefined}>
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

function aboutOf(image: GalleryImage): readonly (readonly [string, string])[] {
  const { parameters, reported, modelUsed, route, createdAt, elapsedMs, hostLabel } = image;
  return [
    [FACT_TEXT.prompt, parameters.prompt],
    [FACT_TEXT.negativePrompt, parameters.negativePrompt === '' ? '–' : parameters.negativePrompt],
    [FACT_TEXT.model, describeFact(modelUsed, parameters.model)],
    [FACT_TEXT.seed, describeFact(reported.seed, parameters.seed)],
    [FACT_TEXT.size, describeSize(image.width, image.height)],
    [FACT_TEXT.steps, describeFact(reported.steps, parameters.steps)],
    [FACT_TEXT.guidance, describeFact(reported.guidance, parameters.guidance)],
    [FACT_TEXT.scheduler, describeFact(reported.scheduler, parameters.scheduler)],
    [FACT_TEXT.created, describeCreated({ at: formatDateTime(createdAt), elapsedMs, route, hostLabel })],
  ];
}

function isOther(name: string, value: string, images: readonly GalleryImage[]): boolean {
  return (
    name !== FACT_TEXT.created &&
    images.some((image) => aboutOf(image).some(([otherName, otherValue]) => otherName === name && otherValue !== value))
  );
}
