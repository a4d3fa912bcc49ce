/** Sizes and places in CSS pixels of the window, scales as image pixel per screen pixel: 1 = 100 %. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How the image lies in its stage. */
export interface View {
  /** Null: as large as fits. */
  readonly scale: number | null;
  /** From the middle of the stage to the middle of the image. */
  readonly x: number;
  readonly y: number;
}

export interface Stage {
  readonly image: Size;
  readonly stage: Size;
  /** Screen pixels a CSS pixel. */
  readonly pixelRatio: number;
}

export const FIT: View = { scale: null, x: 0, y: 0 };
const MIN_SCALE = 0.05;
const MAX_SCALE = 16;
const STEP = 1.25;

/** The scale at which the whole image is visible and touches the stage on two sides. */
export function fitScale({ image, stage, pixelRatio }: Stage): number {
  if (image.width <= 0 || image.height <= 0 || stage.width <= 0 || stage.height <= 0) return 1;
  return Math.min(MAX_SCALE, Math.min(stage.width / image.width, stage.height / image.height) * pixelRatio);
}

export const scaleOf = (view: View, on: Stage): number => view.scale ?? fitScale(on);

/** The size of the drawn image. */
export function drawnSize(view: View, on: Stage): Size {
  const cssScale = scaleOf(view, on) / on.pixelRatio;
  return { width: on.image.width * cssScale, height: on.image.height * cssScale };
}

/** Whether a part of the image is out of sight. */
export function isPannable(view: View, on: Stage): boolean {
  const drawn = drawnSize(view, on);
  // Half a pixel of rounding is no overhang.
  return drawn.width > on.stage.width + 0.5 || drawn.height > on.stage.height + 0.5;
}

/** The image stays over the stage: no gap on one side while it sticks out on the other. */
function held(view: View, on: Stage): View {
  const drawn = drawnSize(view, on);
  const limit = (drawnSide: number, stageSide: number): number => Math.max(0, (drawnSide - stageSide) / 2);
  const clamp = (value: number, max: number): number => Math.min(max, Math.max(-max, value)) + 0;
  return {
    scale: view.scale,
    x: clamp(view.x, limit(drawn.width, on.stage.width)),
    y: clamp(view.y, limit(drawn.height, on.stage.height)),
  };
}

/** Moves the image by so many pixels. */
export function panned(view: View, dx: number, dy: number, on: Stage): View {
  return held({ ...view, x: view.x + dx, y: view.y + dy }, on);
}

/** Zooms by a factor; the pixel of the image under `at` (from the middle of the stage) stays there. */
export function zoomed(view: View, factor: number, on: Stage, at: { readonly x: number; readonly y: number } = { x: 0, y: 0 }): View {
  const before = scaleOf(view, on);
  // The image can always become as small as it fits.
  const scale = Math.min(MAX_SCALE, Math.max(Math.min(MIN_SCALE, fitScale(on)), before * factor));
  const ratio = scale / before;
  return held({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, on);
}

export const zoomedIn = (view: View, on: Stage): View => zoomed(view, STEP, on);
export const zoomedOut = (view: View, on: Stage): View => zoomed(view, 1 / STEP, on);

/** 100 %, around `at`. */
export function actualSize(view: View, on: Stage, at?: { readonly x: number; readonly y: number }): View {
  return zoomed(view, 1 / scaleOf(view, on), on, at);
}

/** The factor of one turn of a wheel: pixels or lines, as the device reports them. */
export function wheelFactor(deltaY: number, deltaMode: number): number {
  const pixels = Math.min(240, Math.max(-240, deltaMode === 0 ? deltaY : deltaY * 40));
  return Math.exp(-pixels / 400);
}
