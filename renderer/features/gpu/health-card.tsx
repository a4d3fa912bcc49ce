import type { ReactNode } from 'react';
import type { GpuIdentity, GpuStatus } from '../../../shared/capabilities/gpu/contract.ts';
import { formatCount, UNKNOWN } from '../../../shared/format.ts';
import type { GpuMetric } from '../../../shared/gpu-metrics.ts';
import { metricOf } from '../../../shared/gpu-row.ts';
import { useLatestRow } from '../../stores/gpu.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { throttleReasons } from './throttle.ts';
import { whyUnknown } from './unknown-words.ts';

const NOT_TOLD = 'This GPU or its driver does not report it.';

export interface HealthCardProps {
  readonly gpu: GpuIdentity;
  readonly status: GpuStatus;
  /** The readings are old: they are shown as the last known ones. */
  readonly isStale: boolean;
}

/** What holds the clocks back, power state, memory errors: the facts that are words or counters. */
export function HealthCard({ gpu, status, isStale }: HealthCardProps) {
  const row = useLatestRow(gpu.uuid);
  const health = status.health.find((one) => one.uuid === gpu.uuid) ?? null;
  const reasons = throttleReasons(metricOf(row, 'throttleBits'));
  const pstate = metricOf(row, 'pstate');
  const why = (metric: GpuMetric) => whyUnknown(status, gpu.uuid, metric) ?? 'The host has not said it yet.';
  const uncorrected = health?.eccUncorrectedVolatile ?? null;
  return (
    <Card title="Health" quietTitle compact aside={isStale ? <StatusWord tone="stale" word="last known" quiet /> : undefined}>
      <dl className="ada-gpu-facts">
        <Fact name="Clocks">
          {reasons === null ? (
            <Unknown why={why('throttleBits')} />
          ) : reasons.length === 0 ? (
            <StatusWord tone="good" word="nothing holds them back" quiet />
          ) : (
            reasons.map((reason) => (
              <span key={reason.words} title={reason.explanation}>
                <StatusWord tone={reason.tone} word={reason.words} quiet />
              </span>
            ))
          )}
        </Fact>
        <Fact name="Performance state">
          {Number.isFinite(pstate) ? <span title="P0 is the fastest, P8 idle.">P{pstate}</span> : <Unknown why={why('pstate')} />}
        </Fact>
        <Fact name="ECC">
          {gpu.eccMode === null ? <Unknown why={NOT_TOLD} /> : gpu.eccMode.toLowerCase() === 'enabled' ? 'on' : 'off'}
          {health?.eccModePending != null && gpu.eccMode !== null && health.eccModePending !== gpu.eccMode ? (
            <span className="ada-quiet"> ({health.eccModePending.toLowerCase()} after the next reboot)</span>
          ) : null}
        </Fact>
        <Fact name="Memory errors">
          {uncorrected === null ? (
            <Unknown why={NOT_TOLD} />
          ) : uncorrected > 0 ? (
            <StatusWord tone="bad" word={`${formatCount(uncorrected)} uncorrected`} quiet />
          ) : (
            <span title="Since the driver was loaded">
              {health?.eccCorrectedVolatile === 0 ? 'none' : `${formatCount(health?.eccCorrectedVolatile ?? null)} corrected`}
            </span>
          )}
        </Fact>
        <Fact name="Remapped rows">
          <Pending
            failure={health?.remappedRowsFailure ?? null}
            pending={health?.remappedRowsPending ?? health?.retiredPagesPending ?? null}
          />
        </Fact>
        <Fact name="Recovery">{recovery(health?.recoveryAction ?? null)}</Fact>
        <Fact name="Persistence">
          {gpu.persistenceMode === null ? <Unknown why={NOT_TOLD} /> : gpu.persistenceMode.toLowerCase() === 'enabled' ? 'on' : 'off'}
        </Fact>
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="ada-gpu-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Unknown({ why }: { readonly why: string }) {
  return (
    <span className="ada-quiet" title={why}>
      {UNKNOWN}
    </span>
  );
}

function Pending({ failure, pending }: { readonly failure: string | null; readonly pending: string | null }) {
  if (failure === null && pending === null) return <Unknown why={NOT_TOLD} />;
  if (isYes(failure)) return <StatusWord tone="bad" word="remapping failed" quiet />;
  if (isYes(pending)) return <StatusWord tone="warning" word="pending, reboot the host" quiet />;
  return <>none pending</>;
}

/** nvidia-smi says `Yes`/`No` for pages and a count for rows. */
function isYes(value: string | null): boolean {
  return value !== null && !/^(no|0|none)$/i.test(value.trim());
}

function recovery(action: string | null): ReactNode {
  if (action === null) return <Unknown why={NOT_TOLD} />;
  return /^none$/i.test(action) ? 'none needed' : <StatusWord tone="bad" word={action} quiet />;
}
