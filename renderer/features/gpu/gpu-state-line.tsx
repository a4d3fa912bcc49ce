import type { GpuIdentity, GpuState } from '../../../shared/capabilities/gpu/contract.ts';
import { assertNever } from '../../../shared/errors.ts';
import { formatDuration } from '../../../shared/format.ts';
import { Age } from '../../ui/age.tsx';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeDriver, describeRetry, TEXT } from './text.ts';

/** Name, driver and age of the readings in one line. */
export function GpuStateLine({ gpu, state }: { readonly gpu: GpuIdentity | null; readonly state: GpuState }) {
  return (
    <span className="ada-gpu-state">
      {gpu === null ? null : (
        <>
          <span>{gpu.name}</span>
          <span aria-hidden>·</span>
          <span>{describeDriver(gpu.driverVersion)}</span>
          <span aria-hidden>·</span>
        </>
      )}
      <Freshness state={state} />
    </span>
  );
}

function Freshness({ state }: { readonly state: GpuState }) {
  switch (state.kind) {
    case 'waiting':
      return <StatusWord tone="busy" word={TEXT.waiting} />;
    case 'live':
      return <StatusWord tone="good" word={TEXT.live} />;
    case 'stale':
      return (
        <>
          <StatusWord tone="stale" word={TEXT.stale} />
          <span>
            {TEXT.lastReading} <Age at={state.lastSampleAt} />
          </span>
        </>
      );
    case 'fault':
      return (
        <>
          <StatusWord tone="bad" word={TEXT.noData} />
          <NextTry atMs={state.nextTryAt} />
        </>
      );
    default:
      return assertNever(state);
  }
}

function NextTry({ atMs }: { readonly atMs: number | null }) {
  const nowMs = useNow();
  if (atMs === null) return null;
  return <span className="ada-number">{atMs - nowMs > 1000 ? describeRetry(formatDuration(atMs - nowMs)) : TEXT.retrying}</span>;
}
