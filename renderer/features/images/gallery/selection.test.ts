import { expect, it } from 'vitest';
import { ImageId } from '../../../../shared/capabilities/gallery/contract.ts';
import { NOTHING_SELECTED, rangeTo, toggled, withAll, without } from './selection.ts';

const [a, b, c] = ['a', 'b', 'c'].map((end) => ImageId.parse(`20260101-000000-0000000${end}`)) as [ImageId, ImageId, ImageId];

it('a range goes from the last image that was picked by itself, either way', () => {
  const picked = toggled(NOTHING_SELECTED, a, 7);
  expect(rangeTo(picked, 9)).toEqual({ offset: 7, limit: 3 });
  const ranged = withAll(picked, [b, c]);
  expect([...ranged.ids]).toEqual([a, b, c]);
  expect(rangeTo(ranged, 3)).toEqual({ offset: 3, limit: 5 });
  expect(rangeTo(NOTHING_SELECTED, 3)).toEqual({ offset: 3, limit: 1 });
});

it('an image picked twice is not selected', () => {
  expect(toggled(toggled(NOTHING_SELECTED, a, 1), a, 1).ids.size).toBe(0);
  expect(without(withAll(NOTHING_SELECTED, [a, b]), [a, c]).ids).toEqual(new Set([b]));
  expect(without(withAll(NOTHING_SELECTED, [a], 4), [a])).toBe(NOTHING_SELECTED);
});
