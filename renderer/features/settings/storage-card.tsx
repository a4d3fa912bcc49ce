import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { attempt } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';

/** What is stored where, and how secrets are protected. */
export function StorageCard() {
  const storage = useQuery({ queryKey: ['settings.storage'], queryFn: () => bridge.settings.storage() });
  const kept = storage.data;
  return (
    <Card
      title="What is stored where"
      aside={<Button onClick={() => attempt(() => bridge.app.showLogFolder())}>Open the log’s folder</Button>}
    >
      {storage.error === null ? null : <ErrorNotice error={toPanelError(storage.error)} />}
      {kept === undefined ? null : (
        <dl className="ada-facts">
          <dt>Settings</dt>
          <dd className="ada-mono">{kept.settingsFile}</dd>
          <dt>Hosts</dt>
          <dd className="ada-mono">{kept.hostsFile}</dd>
          <dt>Host keys</dt>
          <dd className="ada-mono">{kept.knownHostsFile}</dd>
          <dt>Log of the panel</dt>
          <dd className="ada-mono">{kept.logFile}</dd>
          <dt>Secrets</dt>
          <dd>
            <StatusWord tone={kept.secrets.protected ? 'good' : 'warning'} word={kept.secrets.protected ? 'protected' : 'in memory only'} />{' '}
            {kept.secrets.said}
          </dd>
        </dl>
      )}
    </Card>
  );
}
