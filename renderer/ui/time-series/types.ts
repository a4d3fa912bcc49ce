import type { TablerIcon } from '@tabler/icons-react';

/** One bucket of a chart, all its series in one row; null = no reading (the line breaks there). */
export interface ChartPoint {
  /** Middle of the bucket, epoch ms. */
  readonly at: number;
  readonly mean: readonly (number | null)[];
  /** Least and greatest reading of the bucket. */
  readonly band: readonly (readonly [min: number, max: number] | null)[];
}

export type CssColor = `var(--${string})`;
export type ChartColor = 'cyan' | 'violet' | 'orange' | 'rose' | 'green' | 'blue';

/** What the band around a line is: its least to its greatest value, or its 10th to its 90th percentile. */
export type ChartBand = 'range' | 'percentiles';

/** One line of a chart; its numbers are at the same place in every point's `mean` and `band`. */
export interface ChartSeries {
  readonly key: string;
  /** Shown at the line's end where there are several lines. */
  readonly label: string;
  /** A colour of the charts, or a colour of a service as CSS. */
  readonly color: ChartColor | CssColor;
}

/** Areas that add up, the first at the bottom; a layer without a value at a point has no height there. */
export interface ChartStack {
  readonly series: readonly ChartSeries[];
  readonly points: readonly ChartPoint[];
  readonly bucketMs: number;
  /** The longest expected interval between readings. */
  readonly stepMs: number;
}

/** A stretch of time, epoch ms. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A stretch of time that is marked over the lines; `toMs` null = still. */
export interface ChartMark {
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly tone: 'bad' | 'warning' | 'info';
  /** For the tooltip. */
  readonly label: string;
  readonly open: () => void;
}

/** Something that happened at a moment; its handle is drawn above the chart. */
export interface ChartEvent {
  readonly key: string;
  /** Epoch ms. */
  readonly atMs: number;
  readonly tone: ChartMark['tone'];
  readonly icon: TablerIcon;
  /** One line: `invokeai running`. */
  readonly label: string;
  readonly open: () => void;
}

/** How a chart writes its numbers. Both are given a finite number. */
export interface ChartUnit {
  /** With the unit: `19.4 GiB`. */
  readonly full: (value: number) => string;
  /** For the axis: `20`. */
  readonly tick: (value: number) => string;
  /** Axis ticks are multiples of it: 1 for counts; default: any even step. */
  readonly minStep?: number;
}

export interface ChartLimit {
  readonly value: number;
  readonly label: string;
}
