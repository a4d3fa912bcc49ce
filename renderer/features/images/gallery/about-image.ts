import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import { formatBytes, formatDateTime } from '../../../../shared/format.ts';
import { describeCreated, describeFact, describeSize, FACT_TEXT } from '../text.ts';

/** What is known of an image, as names and values. */
export function aboutOf(image: GalleryImage): readonly (readonly [string, string])[] {
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

/** The file of an image in words. */
export const describeFile = ({ pictureId, bytes }: GalleryImage): string => `${pictureId}.png, ${formatBytes(bytes)}`;
