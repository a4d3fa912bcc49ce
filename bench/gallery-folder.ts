import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newImageId, withRecord } from '../electron/capabilities/gallery/image-record.ts';
import { paintImage } from '../lab/base/test-images.ts';
import { type GalleryImage, ImageId, NOTHING_REPORTED } from '../shared/capabilities/gallery/contract.ts';

/** The newest are of this size, as models make them; the others are small, since only their heads are read. */
const LARGE_COUNT = 600;
const KINDS = 8;
const FIRST_AT = Date.UTC(2026, 0, 1);

/** Fills `DATA/gallery` with images that differ in their records, the newest last, one each `intervalMs`. */
export function fillGallery(
  dataFolder: string,
  count: number,
  { largeCount = LARGE_COUNT, intervalMs = 60_000 }: { readonly largeCount?: number; readonly intervalMs?: number } = {},
): void {
  const folder = join(dataFolder, 'gallery');
  mkdirSync(folder, { recursive: true });
  const paint = (side: number) =>
    Array.from({ length: KINDS }, (_, seed) =>
      paintImage({ prompt: 'a valley', negativePrompt: '', model: 'any', seed, steps: 20, width: side, height: side }),
    );
  const large = largeCount === 0 ? [] : paint(1024);
  const small = paint(128);
  for (let index = 0; index < count; index += 1) {
    const side = index >= count - largeCount ? 1024 : 128;
    const png = (side === 1024 ? large : small)[index % KINDS] ?? Buffer.alloc(0);
    const createdAt = FIRST_AT + index * intervalMs;
    const image: GalleryImage = {
      pictureId: ImageId.parse(newImageId(createdAt)),
      createdAt,
      width: side,
      height: side,
      bytes: png.length,
      parameters: {
        prompt: `image ${index} of a valley with mountains in the evening, fog between the hills`,
        ...{ negativePrompt: 'blurry, text', width: side, height: side, steps: 20, guidance: 7, seed: index },
        ...{ model: null, scheduler: 'euler', count: 1 },
      },
      reported: NOTHING_REPORTED,
      route: 'backend',
      modelUsed: index % 3 === 0 ? 'Dreamshaper 8' : 'Juggernaut XL v9',
      elapsedMs: 4_200,
      hostLabel: 'bench',
    };
    writeFileSync(join(folder, `${image.pictureId}.png`), withRecord(png, image));
  }
}
