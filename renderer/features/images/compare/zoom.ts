/** What all images of a comparison show: the point at the middle, as shares of the image, and how large. */
export interface CompareView {
  /** Multiple of the size that fits its cell; at least 1. */
  readonly zoom: number;
  readonly centerX: number;
  readonly centerY: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const FIT: CompareView = { zoom: 1, centerX: 0.5, centerY: 0.5 };
/** Image pixels drawn this large are squares of their own. */
const MAX_PIXEL_SCALE = 16;

/** CSS pixels an image pixel takes where the whole image fits the cell. */
export const fitScale = (image: Size, cell: Size): number => Math.min(cell.width / image.width, cell.height / image.height);

/** The zoom at which one image pixel is one CSS pixel, or 1 where the image is smaller than its cell. */
export const zoomForFullSize = (image: Size, cell: Size): number => Math.max(1, 1 / fitScale(image, cell));

/** Share of the image, along one side, that lies left of the middle at most when the image fills its cell. */
function clampCenter(center: number, imagePx: number, cellPx: number): number {
  if (imagePx <= cellPx) return 0.5;
  const half = cellPx / imagePx / 2;
  return Math.min(1 - half, Math.max(half, center));
}

/** The nearest view that leaves no empty edge, by the first image of the comparison. */
export function within(view: CompareView, image: Size, cell: Size): CompareView {
  const scale = fitScale(image, cell);
  const zoom = Math.min(Math.max(1, MAX_PIXEL_SCALE / scale), Math.max(1, view.zoom));
  return {
    zoom,
    centerX: clampCenter(view.centerX, image.width * scale * zoom, cell.width),
    centerY: clampCenter(view.centerY, image.height * scale * zoom, cell.height),
  };
}

/** Enlarges by `factor`; the point of the image under `at`, in CSS pixels of the cell, stays where it is. */
export function zoomAt(
  view: CompareView,
  factor: number,
  at: { readonly x: number; readonly y: number },
  image: Size,
  cell: Size,
): CompareView {
  const scale = fitScale(image, cell);
  const zoom = within({ ...view, zoom: view.zoom * factor }, image, cell).zoom;
  const moved = (center: number, imagePx: number, fromMiddlePx: number): number =>
    center + fromMiddlePx / (imagePx * scale * view.zoom) - fromMiddlePx / (imagePx * scale * zoom);
  return within(
    {
      zoom,
      centerX: moved(view.centerX, image.width, at.x - cell.width / 2),
      centerY: moved(view.centerY, image.height, at.y - cell.height / 2),
    },
    image,
    cell,
  );
}

/** Moves the content by CSS pixels. */
export function panBy(view: CompareView, by: { readonly x: number; readonly y: number }, image: Size, cell: Size): CompareView {
  const scale = fitScale(image, cell) * view.zoom;
  return within(
    { ...view, centerX: view.centerX - by.x / (image.width * scale), centerY: view.centerY - by.y / (image.height * scale) },
    image,
    cell,
  );
}

/** Where an image lies in its cell at a view: its left top corner and its size, in CSS pixels. */
export function placeOf(view: CompareView, image: Size, cell: Size): { readonly x: number; readonly y: number; readonly scale: number } {
  const scale = fitScale(image, cell) * view.zoom;
  return {
    x: cell.width / 2 - view.centerX * image.width * scale,
    y: cell.height / 2 - view.centerY * image.height * scale,
    scale,
  };
}

/** The columns of the grid: 2 to 4 images in twos, three side by side, more in threes. */
export const columnsFor = (count: number): number => (count === 3 || count > 4 ? 3 : Math.min(count, 2));
