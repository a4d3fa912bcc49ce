import type { Picture } from '../../../shared/capabilities/gallery/contract.ts';
import type { RouteId, RouteState, RunTiming } from '../../../shared/capabilities/images/contract.ts';
import { formatDuration, formatRoundTrip } from '../../../shared/format.ts';

export const ROUTE_TEXT: Readonly<Record<RouteId, { readonly label: string; readonly through: string }>> = {
  gateway: { label: 'Gateway', through: 'through the gateway' },
  shim: { label: 'Shim', through: 'through the images shim' },
  backend: { label: 'InvokeAI', through: 'in InvokeAI’s queue' },
  comfyui: { label: 'ComfyUI', through: 'in ComfyUI’s queue' },
};

/** Sizes that suit the models here, the guide's among them. */
export const SIZES: readonly (readonly [width: number, height: number])[] = [
  [512, 512],
  [512, 768],
  [768, 512],
  [768, 768],
  [832, 1216],
  [1216, 832],
  [1024, 1024],
  [1536, 1024],
  [1536, 1536],
];

export const sizeWords = (width: number, height: number): string => `${width} × ${height}`;

/** The two of the guide. */
export const PRESETS = [
  { id: 'quick', label: 'Quick', why: 'SD 1.5, 512 × 512, 20 steps', base: 'sd-1', width: 512, height: 512, steps: 20, guidance: 7 },
  { id: 'quality', label: 'Quality', why: 'SDXL, 1024 × 1024, 30 steps', base: 'sdxl', width: 1024, height: 1024, steps: 30, guidance: 6 },
] as const;

/**
 * The route when none was selected. A gateway that is set up is it, ready or not: its admission control is not left out without a
 * word. Without one, the first that was ready stays it; `before` is the one of the last time.
 */
export function defaultRoute(routes: readonly RouteState[], before: RouteId | null): RouteId {
  const gateway = routes.find(({ route }) => route === 'gateway');
  if (gateway === undefined || gateway.isSetUp) return 'gateway';
  if (before !== null && before !== 'gateway') return before;
  return routes.find(({ route, isReady }) => route !== 'gateway' && isReady)?.route ?? 'shim';
}

/** A value of an image's record: what was reported, or what was requested, named as such. */
export function factWords(reported: string | number | null, requested: string | number | null): string {
  if (reported !== null) return String(reported);
  return requested === null ? 'not reported' : `${requested} (requested)`;
}

export interface TimingPart {
  readonly key: 'connect' | 'wait' | 'generate' | 'answer' | 'transfer' | 'save';
  readonly label: string;
  readonly ms: number;
}

/** The parts of a run in their order, without those that took no time worth a word. */
export function timingParts(timing: RunTiming): readonly TimingPart[] {
  const isSplit = timing.generateMs !== null;
  const parts: readonly TimingPart[] = [
    { key: 'connect', label: 'connect', ms: timing.connectMs },
    { key: 'wait', label: 'wait', ms: timing.waitMs ?? 0 },
    { key: 'generate', label: 'generate', ms: timing.generateMs ?? 0 },
    { key: 'answer', label: isSplit ? 'network' : 'wait and generate', ms: timing.answerMs ?? 0 },
    { key: 'transfer', label: 'transfer', ms: timing.transferMs },
    { key: 'save', label: 'save', ms: timing.saveMs },
  ];
  return parts.filter((part) => part.ms >= 0.5);
}

/** `2.7 s`, from a minute on `1 min 12 s`: a run is compared by tenths. */
export const runTime = (elapsedMs: number): string => (elapsedMs < 60_000 ? formatRoundTrip(elapsedMs) : formatDuration(elapsedMs));

export const pictureUrl = (picture: Pick<Picture, 'pictureId'>): string => `/pictures/${picture.pictureId}.png`;

/** A small square view of it. */
export const thumbnailUrl = (picture: Pick<Picture, 'pictureId'>): string => `/thumbnails/${picture.pictureId}.png`;
