import { drawnSize, type Size, type Stage, type View } from '../zoom.ts';

/**
 * Where an image lies in its cell, as its left top corner and its CSS pixels an image pixel. `view` is of the first image, `first`;
 * the others show the same part of theirs, as much larger than they fit as the first is.
 */
export function placeOf(view: View, first: Stage, image: Size): { readonly x: number; readonly y: number; readonly scale: number } {
  const { stage: cell } = first;
  const drawnFirst = drawnSize(view, first);
  const fitFirst = Math.min(cell.width / first.image.width, cell.height / first.image.height);
  const fit = Math.min(cell.width / image.width, cell.height / image.height);
  const scale = (fit * (drawnFirst.width / first.image.width)) / fitFirst;
  const drawn = { width: image.width * scale, height: image.height * scale };
  return {
    x: (cell.width - drawn.width) / 2 + (view.x / drawnFirst.width) * drawn.width,
    y: (cell.height - drawn.height) / 2 + (view.y / drawnFirst.height) * drawn.height,
    scale,
  };
}

/** The columns of the grid: 2 to 4 images in twos, three side by side, more in threes. */
export const columnsFor = (count: number): number => (count === 3 || count > 4 ? 3 : Math.min(count, 2));
