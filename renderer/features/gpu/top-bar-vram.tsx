import { useLayoutEffect, useRef } from 'react';
import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { formatGiBNumber } from '../../../shared/format.ts';
import { metricOf } from '../../../shared/gpu-row.ts';
import { reportPainted } from '../../report-painted.ts';
import { useGpuStatus, useLatestRow, useLatestSum } from '../../stores/gpu.ts';
import { setPage } from '../../stores/view.ts';
import { useOfNow } from '../../ui/clock.ts';
import { describeAsOf } from '../../ui/text.ts';
import { describeGpuCount, describeMeter, describeMeterLink, TEXT } from './text.ts';

/** VRAM of every GPU of the selected host, in the top bar: several as narrow bars with their sum. Stale readings are hatched and show their time. */
export function VramBars() {
  const { gpus } = useGpuStatus();
  const [first] = gpus;
  if (first === undefined) return null;
  if (gpus.length === 1) return <VramBar gpu={first} isOne />;
  return (
    <div className="ada-vram-group">
      <span className="ada-vram-label">{describeGpuCount(gpus.length)}</span>
      {gpus.map((gpu) => (
        <VramBar key={gpu.uuid} gpu={gpu} isOne={false} />
      ))}
      <VramSum uuids={gpus.map(({ uuid }) => uuid)} />
    </div>
  );
}

function VramSum({ uuids }: { readonly uuids: readonly string[] }) {
  const usedMiB = useLatestSum(uuids, 'memoryUsedMiB');
  const totalMiB = useLatestSum(uuids, 'memoryTotalMiB');
  return <span className="ada-vram-number">{describeMemory(usedMiB, totalMiB)}</span>;
}

const describeMemory = (usedMiB: number, totalMiB: number): string => `${formatGiBNumber(usedMiB)} / ${formatGiBNumber(totalMiB)} GiB`;

function VramBar({ gpu, isOne }: { readonly gpu: GpuIdentity; readonly isOne: boolean }) {
  const row = useLatestRow(gpu.uuid);
  const isLive = useGpuStatus().state.kind === 'live';
  const usedMiB = metricOf(row, 'memoryUsedMiB');
  const measuredMiB = metricOf(row, 'memoryTotalMiB');
  const totalMiB = Number.isFinite(measuredMiB) ? measuredMiB : (gpu.memoryTotalMiB ?? Number.NaN);
  const sampleAt = row?.[0] ?? null;
  useReportedPaint(sampleAt, isLive);

  const percent = Math.min(100, Math.max(0, (usedMiB / totalMiB) * 100));
  const isKnown = Number.isFinite(percent);
  const words = describeMemory(usedMiB, totalMiB);
  const age = useOfNow((nowMs) => (isLive || sampleAt === null ? '' : `, ${describeAsOf(sampleAt, nowMs)}`));
  return (
    <div className="ada-vram" data-old={!isLive || undefined} data-many={!isOne || undefined}>
      {isOne ? <span className="ada-vram-label">{TEXT.vram}</span> : null}
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be hatched */}
      <div
        className="ada-vram-track"
        role="meter"
        aria-label={describeMeter(gpu.name, isOne ? null : gpu.index)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={isKnown ? Math.round(percent) : 0}
        aria-valuetext={isKnown ? `${words}${age}` : TEXT.unknown}
      >
        <div className="ada-vram-fill" style={{ width: isKnown ? `${percent}%` : 0 }} />
      </div>
      {isOne ? <span className="ada-vram-number">{words}</span> : null}
      {/* Over the meter, since a button would hide the meter inside of it from screen readers. */}
      <button
        type="button"
        className="ada-vram-link"
        aria-label={describeMeterLink(isOne ? null : gpu.index)}
        title={`${isOne ? '' : `${gpu.index} · `}${gpu.name}: ${words}${age}`}
        onClick={() => setPage('gpu')}
      />
    </div>
  );
}

/** Reports once per sample that it is painted: last known samples until the first live one. */
function useReportedPaint(sampleAt: number | null, isLive: boolean): void {
  const reported = useRef<number | null>(null);
  // A layout effect runs before the frame that paints the sample; a plain effect would measure the next frame.
  useLayoutEffect(() => {
    if (sampleAt === null) return;
    const key = isLive ? sampleAt : -sampleAt;
    if (reported.current === key) return;
    reported.current = key;
    reportPainted(isLive ? 'live-sample' : 'last-known', sampleAt);
  }, [sampleAt, isLive]);
}
