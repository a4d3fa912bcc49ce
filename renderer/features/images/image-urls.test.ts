import { expect, it } from 'vitest';
import { ImageId } from '../../../shared/capabilities/gallery/contract.ts';
import { imageUrl, thumbnailUrl } from './image-urls.ts';

it('the address of an image contains nothing but its id', () => {
  const pictureId = ImageId.parse('20260504-120000-deadbeef');
  expect(imageUrl({ pictureId })).toBe('/images/20260504-120000-deadbeef.png');
  expect(thumbnailUrl({ pictureId })).toBe('/thumbnails/20260504-120000-deadbeef.png');
});
