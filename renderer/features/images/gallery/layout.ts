import type { GalleryPage } from '../../../../shared/capabilities/gallery/contract.ts';

/** One row of the grid: the heading of a day, or images of one day side by side. Offsets are positions in the whole query. */
export type GridRow =
  | { readonly kind: 'day'; readonly day: string; readonly offset: number; readonly count: number }
  | { readonly kind: 'images'; readonly offset: number; readonly count: number };

const MIN_TILE_PX = 104;
export const GAP_PX = 8;
export const DAY_PX = 34;

/** How many tiles fit side by side into a width in px; at least two. */
export function columnsFor(widthPx: number): number {
  return Math.max(2, Math.floor((widthPx + GAP_PX) / (MIN_TILE_PX + GAP_PX)));
}

/** The side of a tile in px, so that a row fills the width. */
export function tilePx(widthPx: number, columns: number): number {
  return Math.max(1, (widthPx - GAP_PX * (columns - 1)) / columns);
}

/** The rows of a grid. Without days (another order than time) there are only images. */
export function gridRows(total: number, days: GalleryPage['days'], columns: number): readonly GridRow[] {
  const rows: GridRow[] = [];
  let offset = 0;
  const addImages = (count: number): void => {
    for (let left = count; left > 0; left -= columns) {
      const inRow = Math.min(columns, left);
      rows.push({ kind: 'images', offset, count: inRow });
      offset += inRow;
    }
  };
  for (const { day, count } of days) {
    // The days and the total come from one answer; a count that does not fit would draw tiles twice.
    const known = Math.min(count, total - offset);
    if (known <= 0) break;
    rows.push({ kind: 'day', day, offset, count: known });
    addImages(known);
  }
  addImages(total - offset);
  return rows;
}

/** The row with an image, by halves; -1 for none. */
export function rowOf(rows: readonly GridRow[], index: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row === undefined) return -1;
    if (row.offset > index) high = middle - 1;
    else if (row.kind === 'day' || row.offset + row.count <= index) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** Where an arrow key leads from an image: up and down to the nearest column of the next row of images. Null: nowhere. */
export function neighbour(rows: readonly GridRow[], index: number, key: string, pageRows = 4): number | null {
  const last = rows.at(-1);
  const total = last === undefined ? 0 : last.offset + (last.kind === 'images' ? last.count : 0);
  if (total === 0) return null;
  const at = rowOf(rows, index);
  const row = rows[at];
  const column = row === undefined ? 0 : index - row.offset;
  const vertical = (step: 1 | -1, count: number): number => {
    let target = index;
    let left = count;
    for (let next = at + step; next >= 0 && next < rows.length && left > 0; next += step) {
      const candidate = rows[next];
      if (candidate?.kind !== 'images') continue;
      target = candidate.offset + Math.min(column, candidate.count - 1);
      left -= 1;
    }
    return target;
  };
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'ArrowRight':
      return Math.min(total - 1, index + 1);
    case 'ArrowUp':
      return vertical(-1, 1);
    case 'ArrowDown':
      return vertical(1, 1);
    case 'PageUp':
      return vertical(-1, pageRows);
    case 'PageDown':
      return vertical(1, pageRows);
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return null;
  }
}
