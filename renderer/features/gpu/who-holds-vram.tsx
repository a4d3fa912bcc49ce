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
import { holderOf, type VramShare, vramShares } from './vram-shares.ts';

/** A label is written into its part of the bar when the part has this share of it. */
const LABEL_SHARE = 0.16;
/** A sample this near to the moment of the question counts as taken then. */
const NEAR_MS = 1000;
const USED = metricIndex('memoryUsedMiB');
const COLORS = ['cyan', 'violet', 'orange', 'green', 'rose', 'blue'] as const;

/** VRAM in use when the processes were asked, so that what they hold and what is left over belong together; null when not known. */
function usedWhen(ring: SampleRing | null, atMs: number | null): number | null {
  let usedMiB: number | null = null;
  if (atMs === null) return null;
  ring?.forEachAfter(atMs - NEAR_MS, (cells, offset) => {
    if (Math.abs((cells[offset] ?? 0) - atMs) <= NEAR_MS) usedMiB = finite(cells[offset + 1 + USED] ?? Number.NaN);
  });
  return usedMiB;
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);

/** Which process, and so which service, holds how much VRAM: a bar of the whole and a table. */
export function WhoHoldsVram({ gpu, status }: { readonly gpu: GpuIdentity; readonly status: GpuStatus }) {
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
      title="Who holds VRAM"
      aside={
        <span className="ada-quiet ada-gpu-small">
          {status.processesAt === null ? (
            'not read yet'
          ) : (
            <>
              read <Age at={status.processesAt} />
            </>
          )}
        </span>
      }
    >
      {shares === null ? null : <ShareBar shares={shares} />}
      {memory === null ? null : (
        <p className="ada-quiet">
          This GPU reports no memory of its own; one that shares the host’s memory does so. Processes hold{' '}
          <span className="ada-number">{formatMiB(memory.heldMiB)}</span>; the host has{' '}
          <span className="ada-number">{formatMiB(memory.hostMiB)}</span>.
        </p>
      )}
      {processes.length === 0 && rest === null ? (
        <p className="ada-quiet">{status.processesAt === null ? 'The processes have not been read yet.' : 'No process holds VRAM.'}</p>
      ) : (
        <div className="ada-gpu-table-box">
          <table className="ada-gpu-table">
            <thead>
              <tr>
                <th>Service</th>
                <th>Process</th>
                <th>User</th>
                <th className="ada-gpu-right">PID</th>
                <th className="ada-gpu-right">VRAM</th>
                <th className="ada-gpu-right">Since</th>
              </tr>
            </thead>
            <tbody>
              {processes.map((process, index) => (
                <ProcessRow key={process.pid ?? `hidden ${index}`} process={process} color={colorOf(shares, holderOf(process))} />
              ))}
              {rest === null ? null : (
                <tr title="Used, but claimed by no process the host names: the driver itself, and processes it does not show.">
                  <td className="ada-quiet">driver and others</td>
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
  const words = shares.map((share) => `${share.label} ${formatMiB(share.memoryMiB)}`).join(', ');
  return (
    <div className="ada-gpu-bar" role="img" aria-label={`VRAM: ${words}`}>
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
        {process.unit === null ? <span className="ada-quiet">{process.pid === null ? 'unknown' : 'no service'}</span> : holderOf(process)}
      </td>
      {process.pid === null ? (
        <td className="ada-quiet" title="The host hides its number: it runs in another container, or this user may not see it.">
          1 process that cannot be identified
        </td>
      ) : (
        <td className="ada-gpu-command ada-mono" title={process.command ?? process.processName}>
          {process.command ?? process.processName}
        </td>
      )}
      <td title={process.user === null ? 'The host did not say.' : undefined}>{process.user ?? UNKNOWN}</td>
      <td className="ada-gpu-right ada-number">{process.pid ?? UNKNOWN}</td>
      <td
        className="ada-gpu-right ada-number"
        title={process.memoryUsedMiB === null ? 'The driver does not tell it for this process.' : undefined}
      >
        {formatMiB(process.memoryUsedMiB)}
      </td>
      <td className="ada-gpu-right ada-number" title={formatDateTime(process.startedAt)}>
        {process.startedAt === null ? UNKNOWN : formatDurationShort(nowMs - process.startedAt)}
      </td>
    </tr>
  );
}
