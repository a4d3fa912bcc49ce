import { memo, useMemo } from 'react';
import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { formatDateTime, formatMiB } from '../../../shared/format.ts';
import { metricIndex } from '../../../shared/gpu-row.ts';
import { useHostMemoryMiB } from '../../stores/facts.ts';
import { useLatestMetric, useOfGpuStatus, useRingOf } from '../../stores/gpu.ts';
import { useConnectionState } from '../../stores/hosts.ts';
import type { SampleRing } from '../../stores/sample-ring.ts';
import { serviceColor } from '../../theme/service-colors.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { useMoment } from '../../ui/time-series/chart-group.tsx';
import { nearestPoint } from '../../ui/time-series/nearest.ts';
import { VRAM } from './charts.ts';
import { HOLDER_COLUMNS } from './holder-columns.tsx';
import { type HolderRow, rowsOfMoment, rowsOfProcesses } from './holder-rows.ts';
import { sharedMemoryOf } from './shared-memory.ts';
import { describeAt, describeSharedMemory, describeShares, TEXT } from './text.ts';
import type { GpuCharts } from './use-gpu-charts.ts';
import { heldBy, type VramShare, vramShares } from './vram-shares.ts';
import { heldAt } from './vram-stack.ts';

/** The smallest part of the bar that has a label. */
const LABEL_SHARE = 0.16;
/** A sample this near to the process list counts as simultaneous. */
const NEAR_MS = 1000;
const USED = metricIndex('memoryUsedMiB');

/** VRAM in use when the processes were listed, so that the remainder matches them; null = unknown. */
function usedWhen(ring: SampleRing | null, atMs: number | null): number | null {
  let usedMiB: number | null = null;
  if (atMs === null) return null;
  ring?.forEachAfter(atMs - NEAR_MS, (cells, offset) => {
    if (Math.abs((cells[offset] ?? 0) - atMs) <= NEAR_MS) usedMiB = finite(cells[offset + 1 + USED] ?? Number.NaN);
  });
  return usedMiB;
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);

interface VramByProcessProps {
  readonly gpu: GpuIdentity;
  readonly charts: GpuCharts;
}

/** VRAM by process and service, as a bar and a table: now, or at the moment of the crosshair. */
export const VramByProcess = memo(function VramByProcess({ gpu, charts }: VramByProcessProps) {
  const atMs = useMoment();
  const totalMiB = finite(useLatestMetric(gpu.uuid, 'memoryTotalMiB')) ?? gpu.memoryTotalMiB;
  return atMs === null ? <Now gpu={gpu} totalMiB={totalMiB} /> : <Then charts={charts} atMs={atMs} totalMiB={totalMiB} />;
});

function Now({ gpu, totalMiB }: { readonly gpu: GpuIdentity; readonly totalMiB: number | null }) {
  const ringOf = useRingOf();
  const isOnline = useConnectionState().kind === 'online';
  const listed = useOfGpuStatus((status) => status.processes);
  const processesAt = useOfGpuStatus((status) => status.processesAt);
  const usedMiB = useLatestMetric(gpu.uuid, 'memoryUsedMiB');
  const hostMiB = useHostMemoryMiB();
  const usedThenMiB = usedWhen(ringOf(gpu.uuid), processesAt) ?? finite(usedMiB);
  const { shares, rows, processes } = useMemo(() => {
    const mine = listed.filter((process) => process.gpuUuid === gpu.uuid);
    const parts = vramShares(heldBy(mine), usedThenMiB, totalMiB);
    return { processes: mine, shares: parts, rows: rowsOfProcesses(mine, parts) };
  }, [listed, gpu.uuid, usedThenMiB, totalMiB]);
  const memory = sharedMemoryOf({ gpuUuid: gpu.uuid, usedMiB, totalMiB: totalMiB ?? Number.NaN, processes, hostMiB });
  return (
    <Holders
      aside={processesAt}
      shares={shares}
      note={memory === null ? null : describeSharedMemory(memory)}
      rows={rows}
      empty={processesAt === null ? TEXT.processesNotLoaded : TEXT.noProcess}
      isStale={!isOnline}
    />
  );
}

interface ThenProps {
  readonly charts: GpuCharts;
  readonly atMs: number;
  readonly totalMiB: number | null;
}

function Then({ charts, atMs, totalMiB }: ThenProps) {
  const { stack, runs, points, bucketMs } = charts;
  const layers = heldAt(stack, atMs);
  const used = nearestPoint(points.get(VRAM.key) ?? [], atMs, Math.max(bucketMs, 4000))?.mean[0] ?? null;
  const held = new Map<string, number>();
  for (const [i, value] of (layers ?? []).entries()) {
    const name = stack.series[i]?.label;
    if (name !== undefined && value !== null && value > 0) held.set(name, value / VRAM.scale);
  }
  const shares = layers === null ? null : vramShares(held, used === null ? null : used / VRAM.scale, totalMiB);
  return (
    <Holders
      aside={describeAt(formatDateTime(atMs))}
      shares={shares}
      note={null}
      rows={layers === null ? [] : rowsOfMoment(held, runs, shares, atMs)}
      empty={layers === null ? TEXT.processesNotRecorded : TEXT.noProcessThen}
      isStale={false}
    />
  );
}

interface HoldersProps {
  /** When the processes were listed (epoch ms; null = not yet), or the moment in words. */
  readonly aside: number | string | null;
  readonly shares: readonly VramShare[] | null;
  readonly note: string | null;
  readonly rows: readonly HolderRow[];
  readonly empty: string;
  readonly isStale: boolean;
}

const Holders = memo(function Holders({ aside, shares, note, rows, empty, isStale }: HoldersProps) {
  return (
    <Card
      title={TEXT.vramByProcess}
      anchor="gpu-processes"
      className="ada-gpu-holders"
      aside={<span className="ada-quiet ada-gpu-small">{typeof aside === 'string' ? aside : <Listed atMs={aside} />}</span>}
    >
      <ShareBar shares={shares} />
      {note === null ? null : <p className="ada-quiet">{note}</p>}
      <DataTable
        id="gpu.processes"
        caption={TEXT.vramByProcess}
        columns={HOLDER_COLUMNS}
        rows={rows}
        rowKey={({ key }) => key}
        rowTitle={({ kind }) => (kind === 'rest' ? TEXT.driverAndOthersTip : undefined)}
        empty={<p className="ada-quiet">{empty}</p>}
        isStale={isStale}
      />
    </Card>
  );
});

function Listed({ atMs }: { readonly atMs: number | null }) {
  if (atMs === null) return TEXT.processesNotLoaded;
  return (
    <>
      {TEXT.updated} <Age at={atMs} />
    </>
  );
}

function ShareBar({ shares }: { readonly shares: readonly VramShare[] | null }) {
  if (shares === null) return null;
  return (
    <div className="ada-gpu-bar" role="img" aria-label={describeShares(shares)}>
      {shares.map((share) => (
        <span
          key={share.key}
          className="ada-gpu-part"
          data-kind={share.kind}
          style={{ width: `${share.share * 100}%`, ...(share.kind === 'holder' ? { '--ada-part': serviceColor(share.label) } : {}) }}
          title={`${share.label}: ${formatMiB(share.memoryMiB)}`}
        >
          {share.share < LABEL_SHARE ? null : (
            <>
              {share.label} <span className="ada-number">{formatMiB(share.memoryMiB)}</span>
            </>
          )}
        </span>
      ))}
    </div>
  );
}
