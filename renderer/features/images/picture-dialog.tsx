import { Modal } from '@mantine/core';
import type { Picture } from '../../../shared/capabilities/gallery/contract.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { PictureButtons } from './picture-buttons.tsx';
import { TEXT } from './text.ts';
import { factWords, pictureUrl, ROUTE_TEXT, runTime, sizeWords } from './words.ts';

export interface PictureDialogProps {
  /** One picture, or two side by side. */
  readonly pictures: readonly Picture[];
  readonly onClose: () => void;
  readonly onAgain: (picture: Picture, o: { readonly keepSeed: boolean }) => void;
  readonly onCompare: (picture: Picture) => void;
}

/** A picture large, with everything it was made from; two stand side by side, and what differs is marked. */
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
    ['prompt', parameters.prompt],
    ['negative prompt', parameters.negativePrompt === '' ? '–' : parameters.negativePrompt],
    ['model', factWords(modelUsed, parameters.model)],
    ['seed', factWords(reported.seed, parameters.seed)],
    ['size', sizeWords(picture.width, picture.height)],
    ['steps', factWords(reported.steps, parameters.steps)],
    ['guidance', factWords(reported.guidance, parameters.guidance)],
    ['scheduler', factWords(reported.scheduler, parameters.scheduler)],
    [
      'created',
      `${formatDateTime(createdAt)}${elapsedMs === null ? '' : ` in ${runTime(elapsedMs)}`}, ${ROUTE_TEXT[route].through} on ${hostLabel}`,
    ],
  ];
}

function isOther(name: string, value: string, pictures: readonly Picture[]): boolean {
  return name !== 'created' && pictures.some((picture) => aboutOf(picture).some(([known, said]) => known === name && said !== value));
}
