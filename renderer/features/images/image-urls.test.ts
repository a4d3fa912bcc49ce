import { expect, it } from 'vitest';
import { PictureId } from '../../../shared/capabilities/gallery/contract.ts';
import { pictureUrl, thumbnailUrl } from './image-urls.ts';

it('the address of an image contains nothing but its id', () => {
  const pictureId = PictureId.parse('20260504-120000-deadbeef');
  expect(pictureUrl({ pictureId })).toBe('/pictures/20260504-120000-deadbeef.png');
  expect(thumbnailUrl({ pictureId })).toBe('/thumbnails/20260504-120000-deadbeef.png');
});
