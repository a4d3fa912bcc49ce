import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COLOR_VISIONS, colorDifference } from '../../testing/color-vision.ts';
import { contrast, DARK, LIGHT } from '../../theme/palette.ts';
import { dashOf } from '../../ui/time-series/series-style.ts';
import type { ChartSeries } from '../../ui/time-series/types.ts';
import { REQUESTS, SLOTS } from '../gateway/gateway-charts.ts';
import { CHARTS } from './charts.ts';

/** Two fields of this difference are told apart at a glance; 2 is just noticeable side by side. */
const MIN_DIFFERENCE = 18;
const CSS = readFileSync(new URL('../../ui/time-series/time-series.css', import.meta.url), 'utf8');
const [dark = '', light = ''] = CSS.split('\n}');

function hexOf(rule: string, series: ChartSeries): string {
  const found = new RegExp(`--ada-chart-${series.color}: (#[0-9a-f]{6})`).exec(rule)?.[1];
  if (found === undefined) throw new Error(`the chart has no colour ${series.color}`);
  return found;
}

describe.each([
  ['dark', dark, DARK],
  ['light', light, LIGHT],
] as const)('the lines of a chart in the %s theme', (_name, rule, palette) => {
  const charts = [...CHARTS, REQUESTS, SLOTS];

  it.each(COLOR_VISIONS)('differ in colour (%s)', (vision) => {
    for (const { title, series } of charts) {
      for (const [i, one] of series.entries()) {
        for (const other of series.slice(i + 1)) {
          const difference = colorDifference(hexOf(rule, one), hexOf(rule, other), vision);
          expect(difference, `${title}: ${one.label} and ${other.label}`).toBeGreaterThanOrEqual(MIN_DIFFERENCE);
        }
      }
    }
  });

  it('differ in their dashes and have readable labels', () => {
    for (const { title, series } of charts) {
      expect(new Set(series.map((_one, i) => dashOf(i))).size, title).toBe(series.length);
      for (const one of series) expect(contrast(hexOf(rule, one), palette.card), one.label).toBeGreaterThanOrEqual(4.5);
    }
  });
});
