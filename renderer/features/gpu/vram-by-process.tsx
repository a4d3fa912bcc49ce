import type { GpuIdentity, GpuProcess, GpuStatus } from '../../../shared/capabilities/gpu/contract.ts';
import { formatDateTime, formatDurationShort, formatMiB, UNKNOWN } from '../../../shared/format.ts';
import { metricIndex, metricOf } from '../../../shared/gpu-row.ts';
import { useHostMemoryMiB } from '../../stores/facts.ts';
import { useLatestRow, useRingOf } from '../../stores/gpu.ts';
import type { SampleRing } from '../../stores/sample-ring.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { sharedMemoryOf } from './shared-memory.ts';
import { describeShares, TEXT } from './text.ts';
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

/** VRAM by process and service, as a bar and a table. */
export function VramByProcess({ gpu, status }: { readonly gpu: GpuIdentity; readonly status: GpuStatus }) {
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
      {memory === null ? null : (
        <p className="ada-quiet">
          {TEXT.sharedMemory} <span className="ada-number">{formatMiB(memory.heldMiB)}</span>
          {TEXT.hostHas} <span className="ada-number">{formatMiB(memory.hostMiB)}</span>.
        </p>
      )}
      {processes.length === 0 && rest === null ? (
        <p className="ada-quiet">{status.processesAt === null ? TEXT.processesNotLoaded : TEXT.noProcess}</p>
      ) : (
        <div className="ada-gpu-table-box">
          <table className="ada-gpu-table">
            <thead>
              <tr>
                <th>{TEXT.service}</th>
                <th>{TEXT.process}</th>
                <th>{TEXT.user}</th>
                <th className="ada-gpu-right">{TEXT.pid}</th>
                <th className="ada-gpu-right">{TEXT.vram}</th>
                <th className="ada-gpu-right">{TEXT.runningFor}</th>
              </tr>
            </thead>
            <tbody>
              {processes.map((process, index) => (
                <ProcessRow key={process.pid ?? `hidden ${index}`} process={process} color={colorOf(shares, holderOf(process))} />
              ))}
              {rest === null ? null : (
                <tr title={TEXT.driverAndOthersTip}>
                  <td className="ada-quiet">{TEXT.driverAndOthers}</td>
                  <td className="ada-quiet">{UNKNOWN}</td>
                  <td className="ada-quiet">{UNKNOWN}</td>
                  <td className="ada-gpu-right ada-quiet">{UNKNOWN}</td>
                  <td className="ada-gpu-right ada-number">{formatMiB(rest.memoryMiB)}</td>
                  <td className="ada-gpu-right ada-quiet">{UNKNOWN}</td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      )}
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

function ProcessRow({ process, color }: { readonly process: GpuProcess; readonly color: string }) {
  const nowMs = useNow();
  return (
    <tr>
      <td>
        <span className="ada-gpu-mark" style={{ background: color }} aria-hidden />
        {process.unit === null ? (
          <span className="ada-quiet">{process.pid === null ? TEXT.unknown : TEXT.noService}</span>
        ) : (
          holderOf(process)
        )}
      </td>
      {process.pid === null ? (
        <td className="ada-quiet" title={TEXT.unidentifiedTip}>
          {TEXT.unidentifiedProcess}
        </td>
      ) : (
        <td className="ada-gpu-command ada-mono" title={process.command ?? process.processName}>
          {process.command ?? process.processName}
        </td>
      )}
      <td title={process.user === null ? TEXT.unknown : undefined}>{process.user ?? UNKNOWN}</td>
      <td className="ada-gpu-right ada-number">{process.pid ?? UNKNOWN}</td>
      <td className="ada-gpu-right ada-number" title={process.memoryUsedMiB === null ? TEXT.notReportedByDriver : undefined}>
        {formatMiB(process.memoryUsedMiB)}
      </td>
      <td className="ada-gpu-right ada-number" title={formatDateTime(process.startedAt)}>
        {process.startedAt === null ? UNKNOWN : formatDurationShort(nowMs - process.startedAt)}
      </td>
    </tr>
  );
}
