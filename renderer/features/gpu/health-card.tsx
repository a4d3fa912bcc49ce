import { memo, type ReactNode } from 'react';
import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { formatCount, UNKNOWN } from '../../../shared/format.ts';
import type { GpuMetric } from '../../../shared/gpu-metrics.ts';
import { throttleReasons } from '../../../shared/throttle-reasons.ts';
import { useLatestMetric, useOfGpuStatus } from '../../stores/gpu.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeCorrected, describePendingEcc, describeUncorrected, describeUnknown, TEXT } from './text.ts';

export interface HealthCardProps {
  readonly gpu: GpuIdentity;
  /** The readings are not live. */
  readonly isStale: boolean;
}

/** Throttling, power state and memory errors: the facts that are no charts. */
export const HealthCard = memo(function HealthCard({ gpu, isStale }: HealthCardProps) {
  const health = useOfGpuStatus((status) => status.health.find((one) => one.uuid === gpu.uuid) ?? null);
  const reasons = throttleReasons(useLatestMetric(gpu.uuid, 'throttleBits'));
  const pstate = useLatestMetric(gpu.uuid, 'pstate');
  const unknown = useOfGpuStatus((status) => status.unknown);
  const why = (metric: GpuMetric) => describeUnknown({ unknown }, gpu.uuid, metric) ?? TEXT.notReportedYet;
  const uncorrected = health?.eccUncorrectedVolatile ?? null;
  return (
    <Card title={TEXT.health} quietTitle compact aside={isStale ? <StatusWord tone="stale" word={TEXT.lastKnown} quiet /> : undefined}>
      <dl className="ada-gpu-facts">
        <Fact name={TEXT.throttling}>
          {reasons === null ? (
            <Unknown why={why('throttleBits')} />
          ) : reasons.length === 0 ? (
            <StatusWord tone="good" word={TEXT.notThrottled} quiet />
          ) : (
            reasons.map((reason) => (
              <span key={reason.words} title={reason.explanation}>
                <StatusWord tone={reason.tone} word={reason.words} quiet />
              </span>
            ))
          )}
        </Fact>
        <Fact name={TEXT.performanceState}>
          {Number.isFinite(pstate) ? <span title={TEXT.performanceStateTip}>P{pstate}</span> : <Unknown why={why('pstate')} />}
        </Fact>
        {gpu.migMode === null ? null : <Fact name={TEXT.mig}>{gpu.migMode.toLowerCase() === 'enabled' ? TEXT.on : TEXT.off}</Fact>}
        <Fact name={TEXT.ecc}>
          {gpu.eccMode === null ? <Unknown why={TEXT.notReported} /> : gpu.eccMode.toLowerCase() === 'enabled' ? TEXT.on : TEXT.off}
          {health?.eccModePending != null && gpu.eccMode !== null && health.eccModePending !== gpu.eccMode ? (
            <span className="ada-quiet"> {describePendingEcc(health.eccModePending)}</span>
          ) : null}
        </Fact>
        <Fact name={TEXT.memoryErrors}>
          {uncorrected === null ? (
            <Unknown why={TEXT.notReported} />
          ) : uncorrected > 0 ? (
            <StatusWord tone="bad" word={describeUncorrected(formatCount(uncorrected))} quiet />
          ) : (
            <span title={TEXT.sinceDriverLoad}>
              {health?.eccCorrectedVolatile === 0 ? TEXT.none : describeCorrected(formatCount(health?.eccCorrectedVolatile ?? null))}
            </span>
          )}
        </Fact>
        <Fact name={TEXT.remappedRows}>
          <Pending
            failure={health?.remappedRowsFailure ?? null}
            pending={health?.remappedRowsPending ?? health?.retiredPagesPending ?? null}
          />
        </Fact>
        <Fact name={TEXT.recovery}>{recovery(health?.recoveryAction ?? null)}</Fact>
        <Fact name={TEXT.persistence}>
          {gpu.persistenceMode === null ? (
            <Unknown why={TEXT.notReported} />
          ) : gpu.persistenceMode.toLowerCase() === 'enabled' ? (
            TEXT.on
          ) : (
            TEXT.off
          )}
        </Fact>
      </dl>
    </Card>
  );
});

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
  if (failure === null && pending === null) return <Unknown why={TEXT.notReported} />;
  if (isYes(failure)) return <StatusWord tone="bad" word={TEXT.remappingFailed} quiet />;
  if (isYes(pending)) return <StatusWord tone="warning" word={TEXT.remappingPending} quiet />;
  return <>{TEXT.nonePending}</>;
}

/** nvidia-smi prints `Yes`/`No` for pages and a count for rows. */
function isYes(value: string | null): boolean {
  return value !== null && !/^(no|0|none)$/i.test(value.trim());
}

function recovery(action: string | null): ReactNode {
  if (action === null) return <Unknown why={TEXT.notReported} />;
  return /^none$/i.test(action) ? TEXT.noneNeeded : <StatusWord tone="bad" word={action} quiet />;
}
