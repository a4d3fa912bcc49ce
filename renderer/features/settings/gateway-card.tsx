import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useGatewayChange, useGatewayState } from '../../stores/gateway.ts';
import { useHostProfile, useHostsState } from '../../stores/hosts.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeGatewayState } from '../gateway/text.ts';
import { describeTrust, gatewayTitle, TEXT, viaSshTo } from './text.ts';

const GatewayEditor = lazy(async () => ({ default: (await import('../gateway/gateway-editor.tsx')).GatewayEditor }));

/** The gateway of the selected host: its state, address, connection, token and certificate. */
export function GatewayCard() {
  const onGateway = useGatewayChange();
  const state = useGatewayState();
  const host = useHostProfile();
  const { hosts } = useHostsState();
  const [isEditing, setEditing] = useState(false);
  const { profile, trust } = state;
  if (host === null) return null;
  const via = profile?.via.kind === 'ssh' ? profile.via.hostId : null;
  return (
    <Card
      title={gatewayTitle(host.label)}
      anchor="settings-gateway"
      aside={<Button onClick={() => setEditing(true)}>{profile === null ? TEXT.gatewaySetUp : TEXT.gatewayEdit}</Button>}
    >
      {profile === null ? (
        <p className="ada-quiet">{TEXT.gatewayNone}</p>
      ) : (
        <dl className="ada-facts">
          <dt>{TEXT.gatewayState}</dt>
          <dd>
            <StatusWord {...describeGatewayState(state)} />
          </dd>
          <dt>{TEXT.gatewayAddress}</dt>
          <dd className="ada-mono">{profile.address}</dd>
          <dt>{TEXT.gatewayVia}</dt>
          <dd>{via === null ? TEXT.direct : viaSshTo(hosts.find((known) => known.id === via)?.label ?? via)}</dd>
          <dt>{TEXT.gatewayToken}</dt>
          <dd>{state.hasToken ? TEXT.tokenSaved : TEXT.tokenNone}</dd>
          <dt>{TEXT.gatewayCertificate}</dt>
          <dd>
            {describeTrust(trust)}{' '}
            {trust.kind === 'system' ? null : (
              <Button size="compact-xs" variant="default" onClick={() => onGateway.attempt((host) => host.gateway.forgetTrust())}>
                {TEXT.forgetTrust}
              </Button>
            )}
          </dd>
        </dl>
      )}
      {isEditing ? (
        <Suspense fallback={null}>
          <GatewayEditor state={state} onClose={() => setEditing(false)} />
        </Suspense>
      ) : null}
    </Card>
  );
}
