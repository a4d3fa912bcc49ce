import type { LayerPoint } from './layers.ts';
import type { ChartPoint } from './types.ts';

/** Paths count in tenths of a pixel: whole numbers become text several times faster than broken ones. */
export const PATH_UNITS_PER_PX = 10;

/** SVG paths of one series, in path units: the line through the means, the ground under it, and the band from least to most. */
export interface SeriesPaths {
  readonly line: string;
  readonly ground: string;
  readonly band: string;
}

type Scale = (value: number) => number;

const unit = (px: number): number => Math.round(px * PATH_UNITS_PER_PX);

/**
 * The paths of the series at place `series` of each point. A point without a reading ends a stretch; a reading between
 * two gaps is a line of no length, which round ends make a dot. `x` takes epoch ms, `y` the series' unit; `bottom` in px.
 */
export function pathsOf(points: readonly ChartPoint[], series: number, x: Scale, y: Scale, bottom: number): SeriesPaths {
  let line = '';
  let ground = '';
  let band = '';
  let stretch: { readonly firstX: number; lastX: number; readonly back: string[]; top: string; line: string } | null = null;
  const end = () => {
    if (stretch === null) return;
    line += `M${stretch.line}`;
    ground += `M${stretch.firstX},${unit(bottom)}L${stretch.line}L${stretch.lastX},${unit(bottom)}Z`;
    band += `M${stretch.top}L${stretch.back.reverse().join('L')}Z`;
    stretch = null;
  };
  for (const point of points) {
    const mean = point.mean[series];
    if (mean === null || mean === undefined) {
      end();
      continue;
    }
    const [least, most] = point.band[series] ?? [mean, mean];
    const atX = unit(x(point.at));
    const atMean = `${atX},${unit(y(mean))}`;
    const atLeast = `${atX},${unit(y(least))}`;
    const atMost = `${atX},${unit(y(most))}`;
    if (stretch === null) stretch = { firstX: atX, lastX: atX, back: [atLeast], top: atMost, line: `${atMean}L${atMean}` };
    else {
      stretch.lastX = atX;
      stretch.back.push(atLeast);
      stretch.top += `L${atMost}`;
      stretch.line += `L${atMean}`;
    }
  }
  end();
  return { line, ground, band };
}

/** The path of one area of a stack, in path units: a closed figure for each stretch with readings and some height. */
export function areaOf(points: readonly LayerPoint[], x: Scale, y: Scale): string {
  let path = '';
  let upper: string[] = [];
  let lower: string[] = [];
  let hasHeight = false;
  const end = () => {
    if (hasHeight) path += `M${upper.join('L')}L${lower.reverse().join('L')}Z`;
    upper = [];
    lower = [];
    hasHeight = false;
  };
  for (const { at, edges } of points) {
    if (edges === null) {
      end();
      continue;
    }
    const atX = unit(x(at));
    upper.push(`${atX},${unit(y(edges[1]))}`);
    lower.push(`${atX},${unit(y(edges[0]))}`);
    hasHeight ||= edges[1] > edges[0];
  }
  end();
  return path;
}
