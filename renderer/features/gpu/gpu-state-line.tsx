import type { GpuIdentity, GpuState } from '../../../shared/capabilities/gpu/contract.ts';
import { assertNever } from '../../../shared/errors.ts';
import { formatDuration } from '../../../shared/format.ts';
import { Age } from '../../ui/age.tsx';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';

/** Name, driver, and how fresh the readings are, in one line. */
export function GpuStateLine({ gpu, state }: { readonly gpu: GpuIdentity | null; readonly state: GpuState }) {
  return (
    <span className="ada-gpu-state">
      {gpu === null ? null : (
        <>
          <span>{gpu.name}</span>
          <span aria-hidden>·</span>
          <span>driver {gpu.driverVersion ?? 'unknown'}</span>
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
      return <StatusWord tone="busy" word="waiting for the first reading" />;
    case 'live':
      return <StatusWord tone="good" word="live, every second" />;
    case 'stale':
      return (
        <>
          <StatusWord tone="stale" word="old readings" />
          <span>
            last one <Age at={state.lastSampleAt} />
          </span>
        </>
      );
    case 'fault':
      return (
        <>
          <StatusWord tone="bad" word="no readings" />
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
  return <span className="ada-number">{atMs - nowMs > 1000 ? `next try in ${formatDuration(atMs - nowMs)}` : 'trying again'}</span>;
}
