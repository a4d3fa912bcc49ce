import { memo } from 'react';
import { formatMiB } from '../../../shared/format.ts';
import { useOfGpuStatus } from '../../stores/gpu.ts';
import { useMoment } from '../../ui/time-series/chart-group.tsx';
import { colorOf } from '../../ui/time-series/series-style.ts';
import type { ChartStack } from '../../ui/time-series/types.ts';
import { VRAM } from './charts.ts';
import { describeHeld, TEXT } from './text.ts';
import { heldAt, heldNow } from './vram-stack.ts';

interface VramLegendProps {
  readonly stack: ChartStack;
  readonly gpuUuid: string;
  readonly isStale: boolean;
}

/** The areas of the VRAM chart with their MiB, now or at the crosshair. The numbers have a fixed width, so that nothing moves. */
export const VramLegend = memo(function VramLegend({ stack, gpuUuid, isStale }: VramLegendProps) {
  const atMs = useMoment();
  const processes = useOfGpuStatus((status) => (status.processesAt === null ? null : status.processes));
  if (stack.series.length === 0) return null;
  const values = atMs === null ? heldNow(stack, processes, gpuUuid) : heldAt(stack, atMs);
  return (
    <ul
      className="ada-gpu-legend"
      aria-label={atMs !== null ? describeHeld(atMs) : isStale ? TEXT.heldLast : TEXT.heldNow}
      data-stale={(isStale && atMs === null) || undefined}
    >
      {stack.series.map((one, i) => {
        const value = values?.[i] ?? null;
        return (
          <li key={one.key}>
            <span className="ada-gpu-mark" style={{ background: colorOf(one) }} aria-hidden />
            <span className="ada-gpu-legend-name">{one.label}</span>
            <span className="ada-number ada-gpu-legend-value">{formatMiB(value === null ? null : value / VRAM.scale)}</span>
          </li>
        );
      })}
    </ul>
  );
});
