import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { valuesOfBuckets } from '../../../shared/buckets.ts';
import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { formatGiBNumber, UNKNOWN } from '../../../shared/format.ts';
import type { GpuMetric } from '../../../shared/gpu-metrics.ts';
import { metricOf } from '../../../shared/gpu-row.ts';
import { bridge } from '../../bridge.ts';
import { useHostMemoryMiB } from '../../stores/facts.ts';
import { useGpuStatus, useLatestRow } from '../../stores/gpu.ts';
import { useHostProfile } from '../../stores/hosts.ts';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { describeAsOf } from '../../ui/text.ts';
import { toneColor } from '../../ui/tone.tsx';
import { sharedMemoryOf } from '../gpu/shared-memory.ts';
import { describeMark } from '../incidents/text.ts';
import { incidentsOf, showIncidentLogs, toneOfIncident, useIncidents } from '../incidents/use-incidents.ts';
import { type FigureValue, figureValue } from './figure-values.ts';
import { describeShow, describeSparkline, TEXT } from './text.ts';

const SHOWN_MS = 15 * 60_000;
const BUCKETS = 120;
/** The width of a bucket: the line gets no new point sooner. */
const REFRESH_INTERVAL_MS = SHOWN_MS / BUCKETS;
const METRICS = ['memoryUsedMiB', 'utilizationGpuPercent', 'powerDrawW', 'temperatureC'] as const satisfies readonly GpuMetric[];

const LEADS_TO_GPU = { hint: describeShow('gpu'), open: () => setPage('gpu') };

function useQuarterHour(hostId: string | null, gpuUuid: string) {
  return useQuery({
    queryKey: ['history.series', 'overview', hostId, gpuUuid],
    queryFn: () => {
      const toMs = Date.now();
      return bridge.history.series({
        hostId: hostId ?? '',
        kind: 'gpu',
        subjects: [gpuUuid],
        metrics: [...METRICS],
        fromMs: toMs - SHOWN_MS,
        toMs,
        buckets: BUCKETS,
      });
    },
    enabled: hostId !== null,
    refetchInterval: REFRESH_INTERVAL_MS,
    placeholderData: keepPreviousData,
  });
}

/** Incidents of the last 15 minutes as stretches of the small charts. */
function useIncidentMarks(hostId: string | null, gpuUuid: string, endMs: number | null) {
  const toMs = endMs ?? 0;
  const { list } = useIncidents(endMs === null ? null : hostId, { fromMs: toMs - SHOWN_MS, toMs });
  return useMemo(() => {
    const share = (atMs: number): number => Math.min(1, Math.max(0, (atMs - toMs + SHOWN_MS) / SHOWN_MS));
    return (
      incidentsOf(list?.incidents ?? [], gpuUuid)
        // The power limit is usual under load: the page GPU shows it.
        .filter(({ severity, beginMs, endMs: end }) => severity !== 'info' && beginMs <= toMs && (end ?? toMs) >= toMs - SHOWN_MS)
        .map((incident) => ({
          key: incident.id,
          from: share(incident.beginMs),
          to: share(incident.endMs ?? toMs),
          color: toneColor(toneOfIncident(incident)),
          title: describeMark(incident, toMs),
          open: () => showIncidentLogs(incident),
        }))
    );
  }, [list, gpuUuid, toMs]);
}

/** VRAM, load, power and temperature of a GPU, now and over the last 15 minutes. */
export function FigureCards({ gpu, title }: { readonly gpu: GpuIdentity; readonly title: string | null }) {
  const row = useLatestRow(gpu.uuid);
  const host = useHostProfile();
  const { state, processes } = useGpuStatus();
  const hostMiB = useHostMemoryMiB();
  const answer = useQuarterHour(host?.id ?? null, gpu.uuid).data;
  const columns = answer?.columns;
  const marks = useIncidentMarks(host?.id ?? null, gpu.uuid, answer?.toMs ?? null);
  const lines = useMemo(() => METRICS.map((_, index) => valuesOfBuckets(columns?.[index], 'mean')), [columns]);
  const measuredMiB = metricOf(row, 'memoryTotalMiB');
  const totalMiB = Number.isFinite(measuredMiB) ? measuredMiB : (gpu.memoryTotalMiB ?? Number.NaN);
  const limitW = metricOf(row, 'powerLimitW');
  const whole = (value: number): string => (Number.isFinite(value) ? value.toFixed(0) : UNKNOWN);
  const isLive = state.kind === 'live';
  const [used, load, power, temperature] = METRICS.map((metric, index) => figureValue(row, metric, columns?.[index], isLive));
  const usedMiB = used?.value ?? Number.NaN;
  const wholeOf = (figure: FigureValue | undefined): string => whole(figure?.value ?? Number.NaN);
  const shared = sharedMemoryOf({ gpuUuid: gpu.uuid, usedMiB, totalMiB, processes, hostMiB });
  const memory =
    shared === null
      ? { name: TEXT.vram, now: formatGiBNumber(usedMiB), unit: `of ${formatGiBNumber(totalMiB)} GiB` }
      : { name: TEXT.gpuProcesses, now: formatGiBNumber(shared.heldMiB), unit: `of ${formatGiBNumber(shared.hostMiB)} GiB host memory` };
  const figures = [
    { ...memory, of: used, widthCh: 3.4, max: totalMiB, color: 'var(--ada-line-cyan)' },
    { name: TEXT.gpuLoad, of: load, now: wholeOf(load), unit: '%', widthCh: 3, max: 100, color: 'var(--ada-line-violet)' },
    {
      name: TEXT.power,
      of: power,
      now: wholeOf(power),
      unit: Number.isFinite(limitW) ? `of ${whole(limitW)} W` : 'W',
      widthCh: 3,
      max: Number.isFinite(limitW) ? limitW : 300,
      color: 'var(--ada-line-orange)',
    },
    { name: TEXT.temperature, of: temperature, now: wholeOf(temperature), unit: '°C', widthCh: 2, max: 100, color: 'var(--ada-line-rose)' },
  ];
  return (
    <div className="ada-figures">
      {figures.map(({ name, of, now, unit, widthCh, max, color }, index) => (
        <Card
          key={name}
          title={title === null ? name : `${name} · ${title}`}
          quietTitle
          compact
          leadsTo={LEADS_TO_GPU}
          aside={of?.asOfMs == null ? undefined : <AsOf atMs={of.asOfMs} />}
        >
          <p className="ada-figure" data-old={of?.asOfMs != null || undefined}>
            <b style={{ minWidth: `${widthCh}ch` }}>{now}</b> <span className="ada-quiet">{unit}</span>
          </p>
          <Sparkline
            values={lines[index] ?? []}
            max={Number.isFinite(max) ? max : 1}
            color={of?.asOfMs == null ? color : 'var(--ada-stale)'}
            label={describeSparkline(name)}
            marks={marks}
          />
        </Card>
      ))}
    </div>
  );
}

function AsOf({ atMs }: { readonly atMs: number }) {
  return <span className="ada-figure-age">{useOfNow((nowMs) => describeAsOf(atMs, nowMs))}</span>;
}
