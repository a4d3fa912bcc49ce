import { Button } from '@mantine/core';
import { memo, useDeferredValue } from 'react';
import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { useLatestMetric, useOfGpuStatus } from '../../stores/gpu.ts';
import { ChartGroup } from '../../ui/time-series/chart-group.tsx';
import { offerLogs } from '../history/moment-menu.ts';
import { RangeControls, useRangeMs } from '../history/range-controls.tsx';
import { LOAD, VRAM } from './charts.ts';
import { GpuChart } from './gpu-charts.tsx';
import { describeCompared, describeGpu, describeOpenGpu, TEXT } from './text.ts';
import { NO_CHART_EVENTS } from './use-chart-events.ts';
import { useGpuCharts } from './use-gpu-charts.ts';

export interface CompareGpusProps {
  readonly gpus: readonly GpuIdentity[];
  readonly hostId: string;
  readonly onOpen: (gpuUuid: string) => void;
}

/** VRAM and load of every GPU of the host, with one crosshair and one range. */
export function CompareGpus({ gpus, hostId, onOpen }: CompareGpusProps) {
  return (
    <ChartGroup onMoment={offerLogs}>
      <RangeControls />
      <div className="ada-gpu-compare">
        {gpus.map((gpu) => (
          <Compared key={gpu.uuid} gpu={gpu} hostId={hostId} onOpen={onOpen} />
        ))}
      </div>
    </ChartGroup>
  );
}

interface ComparedProps {
  readonly gpu: GpuIdentity;
  readonly hostId: string;
  readonly onOpen: (gpuUuid: string) => void;
}

const Compared = memo(function Compared({ gpu, hostId, onOpen }: ComparedProps) {
  const charts = useDeferredValue(useGpuCharts(hostId, gpu.uuid, useRangeMs()));
  const isStale = useOfGpuStatus(({ state }) => state.kind !== 'live');
  const measuredMiB = useLatestMetric(gpu.uuid, 'memoryTotalMiB');
  const totalMiB = Number.isFinite(measuredMiB) ? measuredMiB : gpu.memoryTotalMiB;
  const shared = { charts, events: NO_CHART_EVENTS, gpuUuid: gpu.uuid, isStale } as const;
  const title = describeGpu(gpu);
  return (
    <section className="ada-gpu-compared" aria-label={title}>
      <div className="ada-gpu-compared-head">
        <h2>{title}</h2>
        {gpu.migMode?.toLowerCase() === 'enabled' ? <span className="ada-quiet ada-gpu-small">{TEXT.migOn}</span> : null}
        <Button variant="subtle" size="compact-xs" aria-label={describeOpenGpu(title)} onClick={() => onOpen(gpu.uuid)}>
          {TEXT.openGpu}
        </Button>
      </div>
      <GpuChart
        {...shared}
        chart={VRAM}
        comparedAs={describeCompared(gpu, VRAM.title)}
        limit={totalMiB === null ? null : totalMiB / 1024}
      />
      <GpuChart {...shared} chart={LOAD} comparedAs={describeCompared(gpu, LOAD.title)} limit={null} />
    </section>
  );
});
