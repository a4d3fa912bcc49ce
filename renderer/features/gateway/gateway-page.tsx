import './gateway.css';
import { Button } from '@mantine/core';
import { IconGauge, IconSettings, IconTrafficLights } from '@tabler/icons-react';
import { useState } from 'react';
import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { useGatewayState, useOverloadRun } from '../../stores/gateway.ts';
import { useHostsState } from '../../stores/hosts.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { imagesRow, inOrder } from './admission-rows.ts';
import { BackendsCard } from './backends-card.tsx';
import { CertificatesCard, useCertificates } from './certificates-card.tsx';
import { GatewayEditor } from './gateway-editor.tsx';
import { GatewayHistory } from './gateway-history.tsx';
import { ModelsCard } from './models-card.tsx';
import { ObservabilityCard } from './observability-card.tsx';
import { OverloadCard } from './overload-card.tsx';
import { OverloadDialog } from './overload-dialog.tsx';
import { ProblemsCard } from './problems-card.tsx';
import { SlotsCard } from './slots-card.tsx';
import { describeEndpoint, describeGatewayState, describeLatency, describeSkew, TEXT } from './text.ts';

/** The gateway's slots and backends now and over time, with the overload test. */
export function GatewayPage() {
  const state = useGatewayState();
  const run = useOverloadRun();
  const [isEditing, setEditing] = useState(false);
  const [isTesting, setTesting] = useState(false);
  const { phase, reading } = state;
  const isLive = phase.kind === 'live';
  const images = imagesRow(state);
  const seen = useCertificates(state, isLive);
  const canTest = isLive && images !== undefined;
  usePageIntent({ edit: () => setEditing(true), test: canTest ? () => setTesting(true) : undefined });
  return (
    <Page
      title={TEXT.title}
      state={<StateLine state={state} />}
      action={
        state.profile === null ? undefined : (
          <>
            <Button size="sm" variant="default" leftSection={<IconSettings size={15} aria-hidden />} onClick={() => setEditing(true)}>
              {TEXT.edit}
            </Button>
            <Button
              size="sm"
              variant="light"
              leftSection={<IconGauge size={15} aria-hidden />}
              disabled={!canTest || (run !== null && run.verdict === null)}
              onClick={() => setTesting(true)}
            >
              {TEXT.overload}
            </Button>
          </>
        )
      }
    >
      {state.profile === null ? null : <ProblemsCard state={state} certificates={seen.certificates} onEdit={() => setEditing(true)} />}
      {run === null ? null : <OverloadCard run={run} state={state} />}
      {state.profile === null ? (
        <NotSetUp onSetUp={() => setEditing(true)} />
      ) : reading === null ? (
        <NoReadingYet isFailing={phase.kind === 'failing'} />
      ) : (
        <>
          <div className="gateway-pair">
            <SlotsCard reading={reading} isStale={!isLive} state={state} />
            <BackendsCard reading={reading} isStale={!isLive} imagesClass={state.profile.imagesClass} />
          </div>
          <History state={state} isStale={!isLive} />
          <div className="gateway-columns">
            <CertificatesCard {...seen} />
            <ObservabilityCard state={state} isLive={isLive} />
            <ModelsCard state={state} isLive={isLive} />
          </div>
        </>
      )}
      {isEditing ? <GatewayEditor state={state} onClose={() => setEditing(false)} /> : null}
      {isTesting && images !== undefined ? <OverloadDialog row={images} onClose={() => setTesting(false)} /> : null}
    </Page>
  );
}

function History({ state, isStale }: { readonly state: GatewayState; readonly isStale: boolean }) {
  const { hostId, profile, reading } = state;
  const [first, ...rest] = inOrder(reading?.admission ?? [], profile?.imagesClass);
  if (hostId === null || profile === null || reading === null || first === undefined) return null;
  return <GatewayHistory hostId={hostId} profile={profile} rows={[first, ...rest]} reading={reading} isStale={isStale} />;
}

function StateLine({ state }: { readonly state: GatewayState }) {
  const { hosts } = useHostsState();
  const { profile, reading, phase } = state;
  const stateText = describeGatewayState(state);
  const via = profile?.via.kind === 'ssh' ? profile.via.hostId : null;
  const skew = describeSkew(reading?.clockOffsetMs ?? null);
  return (
    <div className="gateway-state">
      <StatusWord {...stateText} />
      {profile === null ? null : (
        <span className="gateway-small gateway-cut">
          {describeEndpoint(profile.address, via === null ? null : (hosts.find((host) => host.id === via)?.label ?? via))}
        </span>
      )}
      {reading === null ? null : (
        <span className="gateway-small">
          {phase.kind === 'live' ? describeLatency(reading.elapsedMs) : `${TEXT.lastResponse} `}
          <Age at={reading.takenAt} />
        </span>
      )}
      {skew === null ? null : <StatusWord tone="warning" word={skew} />}
    </div>
  );
}

function NotSetUp({ onSetUp }: { readonly onSetUp: () => void }) {
  return (
    <Card>
      <EmptyState
        icon={IconTrafficLights}
        title={TEXT.noGatewayTitle}
        action={
          <Button size="sm" variant="filled" onClick={onSetUp}>
            {TEXT.setUp}
          </Button>
        }
      >
        {TEXT.noGatewayBody}
      </EmptyState>
    </Card>
  );
}

function NoReadingYet({ isFailing }: { readonly isFailing: boolean }) {
  return (
    <Card>
      <EmptyState icon={IconTrafficLights} title={isFailing ? TEXT.noDataTitle : TEXT.connectingTitle}>
        {TEXT.noDataBody}
      </EmptyState>
    </Card>
  );
}
