import type { ChartSeries } from './types.ts';

/** A series' colour as CSS. */
export function colorOf({ color }: Pick<ChartSeries, 'color'>): string {
  return color.startsWith('var(') ? color : `var(--ada-chart-${color})`;
}

const DASHES = [undefined, '6 4', '1 4', '8 4 1 4'] as const;

/** The dashes of the line at a place of its chart: lines differ in more than colour. Undefined = solid. */
export const dashOf = (place: number): string | undefined => DASHES[place % DASHES.length];
