import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import { aboutOf, describeFile } from './about-image.ts';
import { GALLERY_TEXT } from './text.ts';

/** What is known of the image in the viewer, its file, and the viewer's keys. */
export function ImageDetails({ image }: { readonly image: GalleryImage }) {
  return (
    <aside
      className="viewer-details"
      aria-label={GALLERY_TEXT.details}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: long prompts scroll
      tabIndex={0}
    >
      <dl className="play-about">
        {aboutOf(image).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="ada-quiet ada-mono viewer-file">{describeFile(image)}</p>
      <p className="ada-quiet play-small">{GALLERY_TEXT.viewerKeys}</p>
    </aside>
  );
}
