import { Button } from '@mantine/core';
import type { ConnectionState } from '../../../shared/capabilities/hosts/contract.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { lookup } from '../../../shared/lookup.ts';
import { bridge } from '../../bridge.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { useNow } from '../../ui/clock.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { describeAttempt, HOST_KEY_FACTS, TEXT } from './text.ts';

/** Why the host cannot be reached and what to do, in the fixed place of the Overview; nothing while it is reachable. */
export function ConnectionNotice() {
  const state = useConnectionState();
  const host = useHostProfile();
  if (host === null) return null;
  if (state.kind === 'blocked') {
    return (
      <ErrorNotice error={state.cause} isBrief action={<RetryButton label={TEXT.reconnect} />}>
        <Fingerprints error={state.cause} />
      </ErrorNotice>
    );
  }
  if (state.kind === 'reconnecting') return <Reconnecting state={state} />;
  return null;
}

function Reconnecting({ state }: { readonly state: Extract<ConnectionState, { kind: 'reconnecting' }> }) {
  const nowMs = useNow();
  return (
    <ErrorNotice error={state.cause} tone="warning" isBrief action={<RetryButton label={TEXT.reconnectNow} />}>
      <p className="ada-quiet">{describeAttempt(state, nowMs)}</p>
    </ErrorNotice>
  );
}

function RetryButton({ label }: { readonly label: string }) {
  const hostId = useHostId();
  return <Button onClick={() => hostId !== null && attempt(() => bridge.hosts.retryNow({ hostId }))}>{label}</Button>;
}

/** Both fingerprints of a changed host key, and the file and line of the known key. */
function Fingerprints({ error }: { readonly error: PanelError }) {
  const known = Object.entries(error.facts ?? {}).filter(([name]) => name in HOST_KEY_FACTS);
  if (known.length === 0) return null;
  return (
    <dl className="ada-facts ada-below">
      {known.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{lookup(HOST_KEY_FACTS, name)}</dt>
          <dd className="ada-mono">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
