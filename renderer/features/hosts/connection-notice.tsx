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
import { connectionWords } from './connection-words.ts';

/** Why the host cannot be reached and what to do; nothing while it can. */
export function ConnectionNotice() {
  const state = useConnectionState();
  const host = useHostProfile();
  if (host === null) return null;
  if (state.kind === 'blocked') {
    return (
      <ErrorNotice error={state.cause} action={<RetryButton label="Reconnect" />}>
        <Fingerprints error={state.cause} />
      </ErrorNotice>
    );
  }
  if (state.kind === 'reconnecting') return <Reconnecting state={state} />;
  return null;
}

function Reconnecting({ state }: { readonly state: Extract<ConnectionState, { kind: 'reconnecting' }> }) {
  const { detail } = connectionWords(state, useNow());
  return (
    <ErrorNotice error={state.cause} tone="warning" action={<RetryButton label="Reconnect now" />}>
      <p className="ada-quiet">
        Attempt {state.attempt}. Next one {detail.startsWith('in ') ? detail : 'is under way'}.
      </p>
    </ErrorNotice>
  );
}

function RetryButton({ label }: { readonly label: string }) {
  const hostId = useHostId();
  return <Button onClick={() => hostId !== null && attempt(() => bridge.hosts.retryNow({ hostId }))}>{label}</Button>;
}

const FACT_WORDS: Readonly<Record<string, string>> = {
  expected: 'Known key',
  offered: 'Key shown now',
  keyType: 'Key type',
  file: 'Written in',
  line: 'Line',
};

/** Both fingerprints of a changed host key, and where the known one is written. */
function Fingerprints({ error }: { readonly error: PanelError }) {
  const known = Object.entries(error.facts ?? {}).filter(([name]) => name in FACT_WORDS);
  if (known.length === 0) return null;
  return (
    <dl className="ada-facts ada-below">
      {known.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{lookup(FACT_WORDS, name)}</dt>
          <dd className="ada-mono">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
