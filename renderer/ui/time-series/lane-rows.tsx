import { memo } from 'react';
import { describeMore } from '../text.ts';
import { type Frame, xOf } from './frame.ts';
import { lanesOf } from './lanes.ts';
import type { ChartRuns, TimeSpan } from './types.ts';

export interface LaneRowsProps extends ChartRuns {
  readonly span: TimeSpan;
  readonly nowMs: number;
  readonly frame: Frame;
}

const MAX_LANES = 4;
/** Lanes under a chart on its time axis: one a name, with a block for each run. */
export const LaneRows = memo(function LaneRows({ label, runs, span, nowMs, frame }: LaneRowsProps) {
  const lanes = lanesOf(runs, span, nowMs);
  const shown = lanes.slice(0, MAX_LANES);
  const clip = (x: number) => Math.max(frame.left, Math.min(frame.left + frame.width, x));
  return (
    <ul className="ada-chart-lanes" aria-label={label}>
      {shown.map((lane) => {
        return (
          <li key={lane.name} className="ada-chart-lane">
            {lane.blocks.map((block) => {
              const left = clip(xOf(block.fromMs, span, frame));
              const width = Math.max(2, clip(xOf(block.toMs, span, frame)) - left);
              return (
                <span
                  key={block.fromMs}
                  className="ada-chart-block"
                  style={{ left, width }}
                  title={`${lane.name}\n${block.details.slice(0, 8).join('\n')}`}
                />
              );
            })}
            <span className="ada-chart-lane-name" style={{ left: frame.left + frame.width + 6 }} title={lane.name}>
              {lane.name}
            </span>
          </li>
        );
      })}
      {lanes.length > MAX_LANES ? <li className="ada-chart-more">{describeMore(lanes.length - MAX_LANES)}</li> : null}
    </ul>
  );
});
