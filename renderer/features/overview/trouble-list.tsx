import { Button } from '@mantine/core';
import type { Remedy, Trouble } from '../../../shared/diagnosis/troubles.ts';
import { assertNever } from '../../../shared/errors.ts';
import { bridge, bridgeOf } from '../../bridge.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { showHost } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { setPage } from '../../stores/view.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ToneIcon } from '../../ui/tone.tsx';
import { ConnectionNotice } from '../hosts/connection-notice.tsx';

const WORDS: Readonly<Record<Remedy['kind'], string>> = {
  reconnect: 'Reconnect',
  connect: 'Connect',
  'retry-gpu': 'Read the GPU again',
  'show-logs': 'Show its logs',
  'show-services': 'Show services',
  'show-gpu': 'Show the GPU',
  'show-gateway': 'Show the gateway',
};

/** What is wrong first, with its remedy; the rest in one line each. */
export function TroubleList({ troubles }: { readonly troubles: readonly Trouble[] }) {
  const [first, ...others] = troubles;
  if (first === undefined) return null;
  // It counts down to the next attempt and has both fingerprints of a changed key.
  if (first.remedy.kind === 'reconnect') return <ConnectionNotice />;
  return (
    <>
      <ErrorNotice error={first.error} tone={first.tone} action={<RemedyButton remedy={first.remedy} />} />
      {others.length === 0 ? null : (
        <ul className="ada-rows ada-card ada-troubles" aria-label="Also wrong">
          {others.map((trouble) => (
            <li key={trouble.key} className="ada-row">
              <span className="ada-trouble-words">
                <ToneIcon tone={trouble.tone} />
                <span>
                  {trouble.error.message} <span className="ada-quiet">{trouble.error.hint}</span>
                </span>
              </span>
              <RemedyButton remedy={trouble.remedy} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function RemedyButton({ remedy }: { readonly remedy: Remedy }) {
  const hostId = useHostId();
  return (
    <Button style={{ flex: 'none' }} onClick={() => hostId !== null && apply(remedy, hostId)}>
      {WORDS[remedy.kind]}
    </Button>
  );
}

function apply(remedy: Remedy, hostId: string): void {
  switch (remedy.kind) {
    case 'reconnect':
      attempt(() => bridge.hosts.retryNow({ hostId }));
      break;
    case 'connect':
      showHost(remedy.hostId);
      break;
    case 'retry-gpu':
      attempt(() => bridgeOf(hostId).gpu.retry());
      break;
    case 'show-logs':
      setPage('logs', { unit: remedy.unit });
      break;
    case 'show-services':
      setPage('services');
      break;
    case 'show-gpu':
      setPage('gpu');
      break;
    case 'show-gateway':
      setPage('gateway');
      break;
    default:
      assertNever(remedy);
  }
}
