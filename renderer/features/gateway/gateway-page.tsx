import type { ErrorCode } from '../../../shared/error-codes.ts';
import { useGatewayChange } from '../../stores/gateway.ts';
import './gateway.css';
import { Button, Group } from '@mantine/core';
import { IconGauge, IconSettings, IconTrafficLights } from '@tabler/icons-react';
import { useState } from 'react';
import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { useGatewayState, useOverloadRun } from '../../stores/gateway.ts';
import { useHostsState } from '../../stores/hosts.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { imagesRow, inOrder } from './admission-rows.ts';
import { BackendsCard } from './backends-card.tsx';
import { CertificateCard, isAboutCertificate } from './certificate-card.tsx';
import { GatewayEditor } from './gateway-editor.tsx';
import { GatewayHistory } from './gateway-history.tsx';
import { ModelsCard } from './models-card.tsx';
import { ObservabilityCard } from './observability-card.tsx';
import { OverloadCard } from './overload-card.tsx';
import { OverloadDialog } from './overload-dialog.tsx';
import { SlotsCard } from './slots-card.tsx';
import { describeEndpoint, describeGatewayState, describeLatency, describeSkew, TEXT } from './text.ts';

/** Codes of errors that the connection form can fix. */
const ABOUT_THE_FORM: ReadonlySet<string> = new Set<ErrorCode>([
  'gateway-token-missing',
  'gateway-token-refused',
  'gateway-address-unusable',
  'gateway-plain-not-allowed',
  'gateway-redirects',
  'gateway-no-tls',
  'gateway-host-gone',
  'gateway-machine-changed',
]);

const NEEDS_TOKEN: ReadonlySet<string> = new Set<ErrorCode>(['gateway-token-missing', 'gateway-machine-changed']);

/** The gateway's slots and backends now and over time, with the overload test. */
export function GatewayPage() {
  const state = useGatewayState();
  const run = useOverloadRun();
  const [isEditing, setEditing] = useState(false);
  const [isTesting, setTesting] = useState(false);
  const { phase, reading } = state;
  const isLive = phase.kind === 'live';
  const images = imagesRow(state);
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
      {phase.kind === 'failing' ? <GatewayProblem state={state} onEdit={() => setEditing(true)} /> : null}
      {run === null ? null : <OverloadCard run={run} state={state} />}
      {state.profile === null ? (
        <NotSetUp onSetUp={() => setEditing(true)} />
      ) : reading === null ? (
        <NoReadingYet isFailing={phase.kind === 'failing'} />
      ) : (
        <>
          <SlotsCard reading={reading} isStale={!isLive} state={state} />
          <History state={state} isStale={!isLive} />
          <BackendsCard reading={reading} isStale={!isLive} imagesClass={state.profile.imagesClass} />
          <div className="gateway-columns">
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
  if (hostId === null || profile === null || first === undefined) return null;
  return <GatewayHistory hostId={hostId} profile={profile} rows={[first, ...rest]} isStale={isStale} />;
}

function StateLine({ state }: { readonly state: GatewayState }) {
  const { hosts } = useHostsState();
  const { profile, reading, phase } = state;
  const stateText = describeGatewayState(state);
  const via = profile?.via.kind === 'ssh' ? profile.via.hostId : null;
  const skew = describeSkew(reading?.clockOffsetMs ?? null);
  return (
    <Group gap="sm">
      <StatusWord {...stateText} />
      {profile === null ? null : (
        <span className="gateway-small">
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
    </Group>
  );
}

function GatewayProblem({ state, onEdit }: { readonly state: GatewayState; readonly onEdit: () => void }) {
  const onGateway = useGatewayChange();
  const { phase } = state;
  if (phase.kind !== 'failing') return null;
  const { error, retryAt } = phase;
  if (isAboutCertificate(error)) return <CertificateCard error={error} />;
  const action = ABOUT_THE_FORM.has(error.code) ? (
    <Button size="xs" variant="filled" onClick={onEdit}>
      {NEEDS_TOKEN.has(error.code) ? TEXT.enterToken : TEXT.edit}
    </Button>
  ) : (
    <Button size="xs" variant="filled" onClick={() => onGateway.attempt((host) => host.gateway.refresh())}>
      {TEXT.retry}
    </Button>
  );
  return (
    <ErrorNotice error={error} action={action}>
      <p className="ada-quiet gateway-small">
        {retryAt === null ? (
          TEXT.notRetried
        ) : (
          <>
            {TEXT.retrying} <Countdown to={retryAt} />.
          </>
        )}
      </p>
    </ErrorNotice>
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
