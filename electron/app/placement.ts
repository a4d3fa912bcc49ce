/** Position and size of the window. Without x and y the system chooses the position. */
export interface Placement {
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const FIRST_PLACEMENT: Placement = { width: 1280, height: 800, maximized: false };
export const MIN_SIZE = { width: 800, height: 560 } as const;

/** The part of the title bar that must be on a screen, so that the window can be moved. */
const GRIP = { width: 120, height: 32 } as const;

/** Parses a placement without the schema library, which is loaded after the window. Invalid input gives the first placement. */
export function readPlacement(raw: unknown): Placement {
  const { x, y, width, height, maximized } = (typeof raw === 'object' && raw !== null ? raw : {}) as Readonly<Record<string, unknown>>;
  const isSize = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 100_000;
  if (!isSize(width) || !isSize(height)) return FIRST_PLACEMENT;
  const at = (value: unknown): number | undefined =>
    typeof value === 'number' && Math.abs(value) < 100_000 ? Math.round(value) : undefined;
  return { x: at(x), y: at(y), width: Math.round(width), height: Math.round(height), maximized: maximized === true };
}

/**
 * The placement fitted to the current screens (work areas, primary screen first): no larger than its screen, and moved onto it
 * if the title bar would be out of reach.
 */
export function fitPlacement(placement: Placement, screens: readonly Area[]): Placement {
  const { x, y, maximized } = placement;
  const [first] = screens;
  if (first === undefined) return placement;
  const isPlaced = x !== undefined && y !== undefined;
  const overlap = (screen: Area): number =>
    isPlaced ? shared(x, placement.width, screen.x, screen.width) * shared(y, placement.height, screen.y, screen.height) : 0;
  const screen = screens.reduce((best, one) => (overlap(one) > overlap(best) ? one : best), first);
  const width = Math.min(Math.max(placement.width, MIN_SIZE.width), screen.width);
  const height = Math.min(Math.max(placement.height, MIN_SIZE.height), screen.height);
  if (!isPlaced) return { width, height, maximized };
  const isInReach = screens.some(
    (one) => shared(x, width, one.x, one.width) >= GRIP.width && y >= one.y - 4 && y + GRIP.height <= one.y + one.height,
  );
  const isLarger = placement.width > screen.width || placement.height > screen.height;
  if (isInReach && !isLarger) return { x, y, width, height, maximized };
  return {
    x: clamp(x, screen.x, screen.x + screen.width - width),
    y: clamp(y, screen.y, screen.y + screen.height - height),
    width,
    height,
    maximized,
  };
}

/** Length of the overlap of two ranges. */
const shared = (a: number, aLength: number, b: number, bLength: number): number =>
  Math.max(0, Math.min(a + aLength, b + bLength) - Math.max(a, b));

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, Math.max(least, most)));
