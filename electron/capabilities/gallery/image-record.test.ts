import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { type GalleryImage, ImageId, NOTHING_REPORTED } from '../../../shared/capabilities/gallery/contract.ts';
import { ROUTE_IDS } from '../../../shared/capabilities/images/contract.ts';
import { readRecord, StoredImage, withRecord } from './image-record.ts';
import { withTexts } from './png.ts';

const png = Buffer.from(encode({ width: 8, height: 4, data: new Uint8Array(96), channels: 3 }));
const image: GalleryImage = {
  pictureId: ImageId.parse('20260504-140631-deadbeef'),
  ...{ createdAt: 1_777_903_591_000, width: 8, height: 4, bytes: png.length, reported: NOTHING_REPORTED, modelUsed: null, elapsedMs: null },
  parameters: {
    ...{ prompt: 'a fox', negativePrompt: '', width: 64, height: 64, steps: 2, guidance: 7, seed: 5 },
    ...{ model: null, scheduler: null, count: 1 },
  },
  route: 'backend',
  hostLabel: 'lab',
};

it.each(ROUTE_IDS)('reads the record of an image via %s, also as earlier versions wrote it', (route) => {
  const { route: _route, ...rest } = image;
  expect(readRecord(withRecord(png, { ...image, route }))).toEqual({ ...image, route });
  const earlier = withTexts(png, { 'ada-panel': JSON.stringify({ ...rest, way: route }) });
  expect(readRecord(earlier)).toEqual({ ...image, route });
  expect(StoredImage.parse({ ...image, route, way: 'shim' })).toEqual({ ...image, route });
});

it('takes no record of an unknown route', () => {
  expect(StoredImage.safeParse({ ...image, route: 'carrier pigeon' }).success).toBe(false);
});
