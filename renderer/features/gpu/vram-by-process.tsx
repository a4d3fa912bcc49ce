import type { GpuIdentity, GpuProcess, GpuStatus } from '../../../shared/capabilities/gpu/contract.ts';
import { formatDateTime, formatDurationShort, formatMiB, UNKNOWN } from '../../../shared/format.ts';
import { metricIndex, metricOf } from '../../../shared/gpu-row.ts';
import { useHostMemoryMiB } from '../../stores/facts.ts';
import { useLatestRow, useRingOf } from '../../stores/gpu.ts';
import { useConnectionState } from '../../stores/hosts.ts';
import type { SampleRing } from '../../stores/sample-ring.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { sharedMemoryOf } from './shared-memory.ts';
import { describeSharedMemory, describeShares, TEXT } from './text.ts';
import { holderOf, type VramShare, vramShares } from './vram-shares.ts';

/** The smallest part of the bar that has a label. */
const LABEL_SHARE = 0.16;
/** A sample this near to the process list counts as simultaneous. */
const NEAR_MS = 1000;
const USED = metricIndex('memoryUsedMiB');
const COLORS = ['cyan', 'violet', 'orange', 'green', 'rose', 'blue'] as const;

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

/** A process that uses VRAM; `process` is null for the VRAM in use that no listed process accounts for. */
interface HolderRow {
  readonly key: string;
  readonly process: GpuProcess | null;
  readonly memoryMiB: number | null;
  readonly color: string;
}

/** VRAM by process and service, as a bar and a table. */
export function VramByProcess({ gpu, status }: { readonly gpu: GpuIdentity; readonly status: GpuStatus }) {
  const isOnline = useConnectionState().kind === 'online';
  const ringOf = useRingOf();
  const row = useLatestRow(gpu.uuid);
  const processes = status.processes
    .filter((process) => process.gpuUuid === gpu.uuid)
    .toSorted((a, b) => (b.memoryUsedMiB ?? -1) - (a.memoryUsedMiB ?? -1) || (a.pid ?? 0) - (b.pid ?? 0));
  const totalMiB = finite(metricOf(row, 'memoryTotalMiB')) ?? gpu.memoryTotalMiB;
  const shares = vramShares(processes, usedWhen(ringOf(gpu.uuid), status.processesAt) ?? finite(metricOf(row, 'memoryUsedMiB')), totalMiB);
  const memory = sharedMemoryOf({
    gpuUuid: gpu.uuid,
    usedMiB: metricOf(row, 'memoryUsedMiB'),
    totalMiB: totalMiB ?? Number.NaN,
    processes,
    hostMiB: useHostMemoryMiB(),
  });
  const rest = shares?.find((share) => share.kind === 'other') ?? null;
  const rows: readonly HolderRow[] = [
    ...processes.map((process, index) => ({
      key: String(process.pid ?? `hidden ${index}`),
      process,
      memoryMiB: process.memoryUsedMiB,
      color: colorOf(shares, holderOf(process)),
    })),
    ...(rest === null ? [] : [{ key: 'rest', process: null, memoryMiB: rest.memoryMiB, color: '' }]),
  ];
  return (
    <Card
      title={TEXT.vramByProcess}
      anchor="gpu-processes"
      aside={
        <span className="ada-quiet ada-gpu-small">
          {status.processesAt === null ? (
            TEXT.processesNotLoaded
          ) : (
            <>
              {TEXT.updated} <Age at={status.processesAt} />
            </>
          )}
        </span>
      }
    >
      {shares === null ? null : <ShareBar shares={shares} />}
      {memory === null ? null : <p className="ada-quiet">{describeSharedMemory(memory)}</p>}
      <DataTable
        id="gpu.processes"
        caption={TEXT.vramByProcess}
        columns={COLUMNS}
        rows={rows}
        rowKey={({ key }) => key}
        rowTitle={({ process }) => (process === null ? TEXT.driverAndOthersTip : undefined)}
        empty={<p className="ada-quiet">{status.processesAt === null ? TEXT.processesNotLoaded : TEXT.noProcess}</p>}
        isStale={!isOnline}
      />
    </Card>
  );
}

function colorOf(shares: readonly VramShare[] | null, holder: string): string {
  const place = shares?.filter((share) => share.kind === 'holder').findIndex((share) => share.label === holder) ?? -1;
  return place < 0 ? 'var(--ada-track)' : `var(--ada-chart-${COLORS[place % COLORS.length] ?? 'cyan'})`;
}

function ShareBar({ shares }: { readonly shares: readonly VramShare[] }) {
  return (
    <div className="ada-gpu-bar" role="img" aria-label={describeShares(shares)}>
      {shares.map((share) => (
        <span
          key={share.key}
          className="ada-gpu-part"
          data-kind={share.kind}
          style={{ width: `${share.share * 100}%`, ...(share.kind === 'holder' ? { '--ada-part': colorOf(shares, share.label) } : {}) }}
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

const COLUMNS: readonly DataColumn<HolderRow>[] = [
  {
    id: 'service',
    label: TEXT.service,
    width: 200,
    sortBy: ({ process }) => (process === null || process.unit === null ? null : holderOf(process)),
    cell: ({ process, color }) =>
      process === null ? (
        <span className="ada-quiet">{TEXT.driverAndOthers}</span>
      ) : (
        <>
          <span className="ada-gpu-mark" style={{ background: color }} aria-hidden />
          {process.unit === null ? (
            <span className="ada-quiet">{process.pid === null ? TEXT.unknown : TEXT.noService}</span>
          ) : (
            holderOf(process)
          )}
        </>
      ),
  },
  {
    id: 'process',
    label: TEXT.process,
    minWidth: 200,
    sortBy: ({ process }) => commandOf(process),
    cell: ({ process }) => {
      const command = commandOf(process);
      if (command !== null) return <span className="ada-mono">{command}</span>;
      return <span className="ada-quiet">{process === null ? UNKNOWN : TEXT.unidentifiedProcess}</span>;
    },
    title: ({ process }) => (process === null ? undefined : (commandOf(process) ?? TEXT.unidentifiedTip)),
  },
  {
    id: 'user',
    label: TEXT.user,
    width: 110,
    dropOrder: 1,
    sortBy: ({ process }) => process?.user ?? null,
    cell: ({ process }) => process?.user ?? UNKNOWN,
    title: ({ process }) => (process?.user === null ? TEXT.unknown : undefined),
  },
  {
    id: 'pid',
    label: TEXT.pid,
    kind: 'number',
    width: 84,
    dropOrder: 2,
    sortBy: ({ process }) => process?.pid ?? null,
    cell: ({ process }) => process?.pid ?? UNKNOWN,
  },
  {
    id: 'vram',
    label: TEXT.vram,
    kind: 'number',
    width: 92,
    sortBy: ({ memoryMiB }) => memoryMiB,
    cell: ({ memoryMiB }) => formatMiB(memoryMiB),
    title: ({ memoryMiB }) => (memoryMiB === null ? TEXT.notReportedByDriver : undefined),
  },
  {
    id: 'running',
    label: TEXT.runningFor,
    kind: 'number',
    width: 108,
    dropOrder: 3,
    sortBy: ({ process }) => (process === null || process.startedAt === null ? null : -process.startedAt),
    cell: ({ process }) => <RunningFor sinceMs={process?.startedAt ?? null} />,
    title: ({ process }) => (process === null ? undefined : formatDateTime(process.startedAt)),
  },
];

/** The command of a process that the host identifies; null otherwise. */
function commandOf(process: GpuProcess | null): string | null {
  return process === null || process.pid === null ? null : (process.command ?? process.processName);
}

function RunningFor({ sinceMs }: { readonly sinceMs: number | null }) {
  return useOfNow((nowMs) => (sinceMs === null ? UNKNOWN : formatDurationShort(nowMs - sinceMs)));
}
