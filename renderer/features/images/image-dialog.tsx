import { Modal } from '@mantine/core';
import type { Picture } from '../../../shared/capabilities/gallery/contract.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { PictureButtons } from './image-buttons.tsx';
import { pictureUrl } from './image-urls.ts';
import { describeCreated, describeFact, describeSize, FACT_TEXT, TEXT } from './text.ts';

export interface PictureDialogProps {
  /** One image, or two to compare. */
  readonly pictures: readonly Picture[];
  readonly onClose: () => void;
  readonly onAgain: (picture: Picture, o: { readonly keepSeed: boolean }) => void;
  readonly onCompare: (picture: Picture) => void;
}

/** An image in full size with its parameters; two images appear side by side with their differences marked. */
export function PictureDialog({ pictures, onClose, onAgain, onCompare }: PictureDialogProps) {
  const [one, other] = pictures;
  useReturnFocus();
  if (one === undefined) return null;
  return (
    <Modal opened onClose={onClose} title={other === undefined ? TEXT.image : TEXT.sideBySide} size={other === undefined ? 'xl' : '90%'}>
      <div className="play-compare" data-two={other !== undefined || undefined}>
        {pictures.map((picture) => (
          <figure key={picture.pictureId} className="play-compared">
            <img src={pictureUrl(picture)} alt={picture.parameters.prompt} dir="auto" decoding="async" />
            <figcaption>
              <PictureButtons
                picture={picture}
                onAgain={(o) => onAgain(picture, o)}
                onCompare={() => onCompare(picture)}
                onGone={onClose}
              />
              <dl className="play-about">
                {aboutOf(picture).map(([name, value]) => (
                  <div key={name} data-differs={(other !== undefined && isOther(name, value, pictures)) || undefined}>
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

function aboutOf(picture: Picture): readonly (readonly [string, string])[] {
  const { parameters, reported, modelUsed, route, createdAt, elapsedMs, hostLabel } = picture;
  return [
    [FACT_TEXT.prompt, parameters.prompt],
    [FACT_TEXT.negativePrompt, parameters.negativePrompt === '' ? '–' : parameters.negativePrompt],
    [FACT_TEXT.model, describeFact(modelUsed, parameters.model)],
    [FACT_TEXT.seed, describeFact(reported.seed, parameters.seed)],
    [FACT_TEXT.size, describeSize(picture.width, picture.height)],
    [FACT_TEXT.steps, describeFact(reported.steps, parameters.steps)],
    [FACT_TEXT.guidance, describeFact(reported.guidance, parameters.guidance)],
    [FACT_TEXT.scheduler, describeFact(reported.scheduler, parameters.scheduler)],
    [FACT_TEXT.created, describeCreated({ at: formatDateTime(createdAt), elapsedMs, route, hostLabel })],
  ];
}

function isOther(name: string, value: string, pictures: readonly Picture[]): boolean {
  return (
    name !== FACT_TEXT.created &&
    pictures.some((picture) => aboutOf(picture).some(([otherName, otherValue]) => otherName === name && otherValue !== value))
  );
}
