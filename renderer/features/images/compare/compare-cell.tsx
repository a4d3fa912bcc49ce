import { IconArrowLeft, IconArrowRight, IconX } from '@tabler/icons-react';
import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import { IconAct } from '../../../ui/icon-act.tsx';
import { DecodedImage } from '../decoded-image.tsx';
import { imageUrl } from '../image-urls.ts';
import type { Stage, View } from '../zoom.ts';
import { removeFromComparison, swapInComparison } from './compare-store.ts';
import type { Fact } from './differences.ts';
import { placeOf } from './layout.ts';
import { COMPARE_TEXT, describeImageAct } from './text.ts';

interface CompareCellProps {
  readonly image: GalleryImage;
  readonly index: number;
  readonly count: number;
  readonly differences: readonly Fact[];
  readonly view: View;
  /** Of the first image, which the view is of. */
  readonly first: Stage;
}

/** One image of a comparison, at the common place and zoom, with what differs in it. */
export function CompareCell({ image, index, count, differences, view, first }: CompareCellProps) {
  const { x, y, scale } = placeOf(view, first, image);
  const label = (act: string): string => describeImageAct(act, index);
  return (
    <figure className="compare-cell">
      <div className="compare-stage" data-pixels={scale >= 2 || undefined}>
        <div style={{ width: image.width, height: image.height, transform: `translate(${x}px, ${y}px) scale(${scale})` }}>
          <DecodedImage src={imageUrl(image)} alt={image.parameters.prompt} />
        </div>
      </div>
      <figcaption className="compare-caption">
        <dl className="compare-facts">
          {differences.length === 0 ? <dt>{COMPARE_TEXT.same}</dt> : null}
          {differences.map(([name, value]) => (
            <div key={name} data-differs>
              <dt>{name}</dt>
              <dd dir="auto" title={value}>
                {value}
              </dd>
            </div>
          ))}
        </dl>
        <span className="compare-acts">
          <IconAct
            label={label(COMPARE_TEXT.moveLeft)}
            icon={IconArrowLeft}
            isOff={index === 0}
            onClick={() => swapInComparison(index, -1)}
          />
          <IconAct
            label={label(COMPARE_TEXT.moveRight)}
            icon={IconArrowRight}
            isOff={index === count - 1}
            onClick={() => swapInComparison(index, 1)}
          />
          <IconAct label={label(COMPARE_TEXT.remove)} icon={IconX} isOff={false} onClick={() => removeFromComparison(image.pictureId)} />
        </span>
      </figcaption>
    </figure>
  );
}
