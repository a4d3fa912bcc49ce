import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { GatewayTrust } from '../../../shared/capabilities/gateway/contract.ts';
import { useGatewayChange, useGatewayState } from '../../stores/gateway.ts';
import { useHostProfile, useHostsState } from '../../stores/hosts.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { gatewayInWords } from '../gateway/words.ts';

const GatewayEditor = lazy(async () => ({ default: (await import('../gateway/gateway-editor.tsx')).GatewayEditor }));

/** The gateway of the host shown: where it is, how it is reached, and whom its certificate is trusted for. */
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
      title={`Gateway of ${host.label}`}
      aside={<Button onClick={() => setEditing(true)}>{profile === null ? 'Set it up' : 'Address and token'}</Button>}
    >
      {profile === null ? (
        <p className="ada-quiet">
          None is set up. The gateway hands out the capacity of this host; its slots and health then stand on their page.
        </p>
      ) : (
        <dl className="ada-facts">
          <dt>State</dt>
          <dd>
            <StatusWord {...gatewayInWords(state)} />
          </dd>
          <dt>Address</dt>
          <dd className="ada-mono">{profile.address}</dd>
          <dt>Reached</dt>
          <dd>{via === null ? 'from this laptop' : `through SSH to ${hosts.find((known) => known.id === via)?.label ?? via}`}</dd>
          <dt>Token</dt>
          <dd>{state.hasToken ? 'one is kept; it never comes back to the window' : 'none'}</dd>
          <dt>Certificate</dt>
          <dd>
            {trustWords(trust)}{' '}
            {trust.kind === 'system' ? null : (
              <Button size="compact-xs" variant="default" onClick={() => onGateway.attempt((host) => host.gateway.forgetTrust())}>
                Forget it
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

function trustWords(trust: GatewayTrust): string {
  switch (trust.kind) {
    case 'system':
      return 'judged by the authorities of this system';
    case 'authority':
      return `signed by an imported authority, ${trust.subject.replace('\n', ', ')}, valid until ${trust.validTo}`;
    case 'pinned':
      return `this one alone: SHA-256 ${trust.sha256}`;
  }
}
