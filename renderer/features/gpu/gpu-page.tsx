import { useHostBridge } from '../../stores/host-context.tsx';
import { showHost } from '../../stores/hosts.ts';
import './gpu.css';
import { Button, Select } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import type { GpuIdentity, GpuStatus } from '../../../shared/capabilities/gpu/contract.ts';
import { metricOf } from '../../../shared/gpu-row.ts';

import { useGpuLoaded, useGpuStatus, useLatestRow } from '../../stores/gpu.ts';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { ChartGroup } from '../../ui/time-series/chart-group.tsx';
import { ExportButton } from '../history/export-button.tsx';
import { RangeControls, useRangeMs } from '../history/range-controls.tsx';
import { IncidentsCard } from '../incidents/incidents-card.tsx';
import { incidentsOf, marksOf, useIncidents } from '../incidents/use-incidents.ts';
import { SMALL_CHARTS, VRAM } from './charts.ts';
import { GpuChart } from './gpu-charts.tsx';
import { GpuStateLine } from './gpu-state-line.tsx';
import { HealthCard } from './health-card.tsx';
import { describeDetecting, describeNoData, describeNotConnected, TEXT } from './text.ts';
import { useGpuCharts } from './use-gpu-charts.ts';
import { VramByProcess } from './vram-by-process.tsx';
import { XidCard } from './xid-card.tsx';

/** The GPUs of the host: charts, health, VRAM by process and errors. */
export function GpuPage() {
  const hostCalls = useHostBridge();
  const status = useGpuStatus();
  const isLoaded = useGpuLoaded();
  const [chosen, setChosen] = useState<string | null>(null);
  const gpu = status.gpus.find((one) => one.uuid === chosen) ?? status.gpus[0] ?? null;
  const { hostId, state } = status;
  return (
    <Page
      title={TEXT.title}
      state={isLoaded ? <GpuStateLine gpu={gpu} state={state} /> : undefined}
      action={
        status.gpus.length < 2 ? undefined : (
          <Select
            aria-label={TEXT.title}
            size="xs"
            w={280}
            allowDeselect={false}
            value={gpu?.uuid ?? null}
            onChange={setChosen}
            data={status.gpus.map((one) => ({ value: one.uuid, label: `${one.index} · ${one.name}` }))}
          />
        )
      }
    >
      {state.kind === 'fault' ? (
        <ErrorNotice
          error={state.error}
          tone="warning"
          action={<Button onClick={() => attempt(() => hostCalls.gpu.retry())}>{TEXT.retry}</Button>}
        />
      ) : null}
      {status.warnings.map((warning) => (
        <ErrorNotice key={warning.message} error={warning} tone="warning" />
      ))}
      {gpu !== null && hostId !== null ? (
        <ChartGroup key={gpu.uuid}>
          <OneGpu gpu={gpu} hostId={hostId} status={status} />
        </ChartGroup>
      ) : isLoaded ? (
        <NoReadingYet isFault={state.kind === 'fault'} />
      ) : null}
    </Page>
  );
}

function NoReadingYet({ isFault }: { readonly isFault: boolean }) {
  const host = useHostProfile();
  const connection = useConnectionState();
  const name = host?.label ?? 'the host';
  if (isFault) {
    return (
      <EmptyState icon={IconCpu} title={TEXT.noData}>
        {describeNoData(name)}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={IconCpu}
      title={connection.kind === 'online' ? describeDetecting(name) : describeNotConnected(name)}
      action={
        connection.kind === 'offline' && host !== null ? (
          <Button variant="filled" onClick={() => showHost(host.id)}>
            {TEXT.connect}
          </Button>
        ) : undefined
      }
    >
      {TEXT.appearBody}
    </EmptyState>
  );
}

interface OneGpuProps {
  readonly gpu: GpuIdentity;
  readonly hostId: string;
  readonly status: GpuStatus;
}

function OneGpu({ gpu, hostId, status }: OneGpuProps) {
  const rangeMs = useRangeMs();
  // Six charts take longer than a frame to render; a click or the crosshair may interrupt them.
  const charts = useDeferredValue(useGpuCharts(hostId, gpu.uuid, rangeMs));
  const row = useLatestRow(gpu.uuid);
  const isStale = status.state.kind !== 'live';
  const totalMiB = known(metricOf(row, 'memoryTotalMiB')) ?? gpu.memoryTotalMiB;
  const powerLimitW = known(metricOf(row, 'powerLimitW')) ?? gpu.powerLimitW;
  const { list, error } = useIncidents(hostId, charts.span);
  const minuteMs = Math.floor(charts.nowMs / 60_000) * 60_000;
  const incidents = useMemo(() => incidentsOf(list?.incidents ?? [], gpu.uuid), [list, gpu.uuid]);
  const marks = useMemo(() => marksOf(incidents, minuteMs), [incidents, minuteMs]);
  const shared = { charts, marks, gpu, status, isStale } as const;
  return (
    <>
      <RangeControls>
        <ExportButton intent="export" selection={{ hostId, kind: 'gpu', subjects: [gpu.uuid], ...charts.span }} />
      </RangeControls>
      {charts.error === null ? null : <ErrorNotice error={charts.error} tone="warning" />}
      <GpuChart {...shared} chart={VRAM} limit={totalMiB === null ? null : totalMiB / 1024} />
      <div className="ada-gpu-grid">
        {SMALL_CHARTS.map((chart) => (
          <GpuChart key={chart.key} {...shared} chart={chart} limit={chart.key === 'power' ? powerLimitW : null} />
        ))}
        <HealthCard gpu={gpu} status={status} isStale={isStale} />
      </div>
      <IncidentsCard list={list} incidents={incidents} error={error} />
      <VramByProcess gpu={gpu} status={status} />
      <XidCard gpu={gpu} status={status} />
    </>
  );
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
