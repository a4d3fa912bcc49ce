import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { attempt } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { TEXT } from './text.ts';

/** The files the panel writes, and how secrets are protected. */
export function StorageCard() {
  const storage = useQuery({ queryKey: ['settings.storage'], queryFn: () => bridge.settings.storage() });
  const saved = storage.data;
  return (
    <Card
      title={TEXT.storage}
      anchor="settings-storage"
      aside={<Button onClick={() => attempt(() => bridge.app.showLogFolder())}>{TEXT.openLogFolder}</Button>}
    >
      {storage.error === null ? null : <ErrorNotice error={toPanelError(storage.error)} />}
      {saved === undefined ? null : (
        <dl className="ada-facts">
          <dt>{TEXT.settingsFile}</dt>
          <dd className="ada-mono">{saved.settingsFile}</dd>
          <dt>{TEXT.hostsFile}</dt>
          <dd className="ada-mono">{saved.hostsFile}</dd>
          <dt>{TEXT.hostKeys}</dt>
          <dd className="ada-mono">{saved.knownHostsFile}</dd>
          <dt>{TEXT.logFile}</dt>
          <dd className="ada-mono">{saved.logFile}</dd>
          <dt>{TEXT.secrets}</dt>
          <dd>
            <StatusWord
              tone={saved.secrets.protected ? 'good' : 'warning'}
              word={saved.secrets.protected ? TEXT.secretsProtected : TEXT.secretsInMemory}
            />{' '}
            {saved.secrets.message}
          </dd>
        </dl>
      )}
    </Card>
  );
}
