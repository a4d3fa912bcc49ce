import { IconCpu } from '@tabler/icons-react';
import { useDeferredValue, useMemo } from 'react';
import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import type { SeriesSelection } from '../../../shared/capabilities/history/contract.ts';
import { useLatestMetric, useOfGpuStatus } from '../../stores/gpu.ts';
import { useView } from '../../stores/view.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ChartGroup, type ChosenMoment } from '../../ui/time-series/chart-group.tsx';
import { ExportButton } from '../history/export-button.tsx';
import { openMomentMenu } from '../history/moment-menu.ts';
import { RangeBrush } from '../history/range-brush.tsx';
import { RangeControls, useRangeMs } from '../history/range-controls.tsx';
import { spanAround } from '../history/ranges.ts';
import { IncidentsCard } from '../incidents/incidents-card.tsx';
import { incidentsOf, marksOf, useIncidents } from '../incidents/use-incidents.ts';
import { SMALL_CHARTS, VRAM } from './charts.ts';
import { GpuChart } from './gpu-charts.tsx';
import { HealthCard } from './health-card.tsx';
import { TEXT } from './text.ts';
import { useChartEvents } from './use-chart-events.ts';
import { useGpuCharts } from './use-gpu-charts.ts';
import { VramByProcess } from './vram-by-process.tsx';
import { XidCard } from './xid-card.tsx';

export interface OneGpuProps {
  readonly gpu: GpuIdentity;
  readonly hostId: string;
}

const offerMoment = (moment: ChosenMoment): void =>
  openMomentMenu(moment, [
    {
      id: 'holders',
      label: TEXT.showHolders,
      icon: IconCpu,
      run: () => document.getElementById('gpu-processes')?.scrollIntoView({ block: 'nearest' }),
    },
  ]);

/** Everything about one GPU; its charts open at the moment for which the page was opened. */
export function OneGpu(props: OneGpuProps) {
  const fromMs = useView(({ page, target }) => (page === 'gpu' ? (target?.fromMs ?? null) : null));
  const toMs = useView(({ page, target }) => (page === 'gpu' ? (target?.toMs ?? null) : null));
  const opening = useMemo(() => {
    if (fromMs === null || toMs === null) return {};
    return { zoom: spanAround({ fromMs, toMs }, Date.now()), pinnedMs: (fromMs + toMs) / 2 };
  }, [fromMs, toMs]);
  return (
    <ChartGroup key={`${props.gpu.uuid} ${fromMs} ${toMs}`} {...opening} onMoment={offerMoment}>
      <Charts {...props} />
    </ChartGroup>
  );
}

function Charts({ gpu, hostId }: OneGpuProps) {
  const rangeMs = useRangeMs();
  const selection = useMemo(
    () => ({ hostId, kind: 'gpu' as const, subjects: [gpu.uuid] }) satisfies Omit<SeriesSelection, 'fromMs' | 'toMs'>,
    [hostId, gpu.uuid],
  );
  // Six charts take longer than a frame to render; a click or the crosshair may interrupt them.
  const charts = useDeferredValue(useGpuCharts(hostId, gpu.uuid, rangeMs));
  const isStale = useOfGpuStatus(({ state }) => state.kind !== 'live');
  const totalMiB = known(useLatestMetric(gpu.uuid, 'memoryTotalMiB')) ?? gpu.memoryTotalMiB;
  const powerLimitW = known(useLatestMetric(gpu.uuid, 'powerLimitW')) ?? gpu.powerLimitW;
  const { list, error } = useIncidents(hostId, charts.span);
  const minuteMs = Math.floor(charts.nowMs / 60_000) * 60_000;
  const incidents = useMemo(() => incidentsOf(list?.incidents ?? [], gpu.uuid), [list, gpu.uuid]);
  const marks = useMemo(() => marksOf(incidents, minuteMs), [incidents, minuteMs]);
  const events = useChartEvents(hostId, charts.span, marks, list !== undefined);
  const brush = useMemo(
    () => (
      <RangeBrush
        selection={{ ...selection, metrics: ['memoryUsedMiB'] }}
        max={totalMiB}
        color="var(--ada-chart-cyan)"
        label={TEXT.vram48h}
      />
    ),
    [selection, totalMiB],
  );
  const shared = { charts, events, gpuUuid: gpu.uuid, isStale } as const;
  return (
    <>
      <RangeControls>
        <ExportButton intent="export" selection={{ ...selection, ...charts.span }} />
      </RangeControls>
      {charts.error === null ? null : <ErrorNotice error={charts.error} tone="warning" />}
      <GpuChart {...shared} chart={VRAM} limit={totalMiB === null ? null : totalMiB / 1024} foot={brush} />
      <div className="ada-gpu-grid">
        {SMALL_CHARTS.map((chart) => (
          <GpuChart key={chart.key} {...shared} chart={chart} limit={chart.key === 'power' ? powerLimitW : null} />
        ))}
        <HealthCard gpu={gpu} isStale={isStale} />
      </div>
      <VramByProcess gpu={gpu} charts={charts} />
      <IncidentsCard list={list} incidents={incidents} error={error} />
      <XidCard gpu={gpu} />
    </>
  );
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
