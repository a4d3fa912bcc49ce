import { Button, Group, PasswordInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type HfLogin, HfToken, type ModelsDisk } from '../../../shared/capabilities/models/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { Card } from '../../ui/card.tsx';
import { fieldProblem } from '../../ui/field-problem.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';

/** Less than this is not worth a word. */
const MIN_RESERVED_BYTES = 1024 ** 3;

/** Room on the disk the models lie on. */
export function DiskCard({ disk, modelBytes }: { readonly disk: ModelsDisk | null; readonly modelBytes: number }) {
  if (disk === null) {
    return (
      <Card title="Disk">
        <StatusWord tone="unknown" word="How much room there is, is not known." />
      </Card>
    );
  }
  const { usedBytes } = disk;
  const reservedBytes = disk.sizeBytes - disk.usedBytes - disk.freeBytes;
  const part = (bytes: number): string => `${Math.max(0, Math.min(100, (bytes / disk.sizeBytes) * 100))}%`;
  return (
    <Card title="Disk" aside={<span className="ada-number">{formatBytes(disk.freeBytes)} free</span>}>
      <div
        className="models-disk"
        role="img"
        aria-label={`${formatBytes(usedBytes)} of ${formatBytes(disk.sizeBytes)} used, models ${formatBytes(modelBytes)}`}
      >
        <span data-part="models" style={{ width: part(modelBytes) }} />
        <span data-part="other" style={{ width: part(Math.max(0, usedBytes - modelBytes)) }} />
      </div>
      <p className="models-small ada-quiet">
        Models {formatBytes(modelBytes)}, everything else {formatBytes(Math.max(0, usedBytes - modelBytes))}, of{' '}
        {formatBytes(disk.sizeBytes)} on {disk.path}
        {reservedBytes > MIN_RESERVED_BYTES ? `; ${formatBytes(reservedBytes)} are reserved by the file system` : ''}
      </p>
    </Card>
  );
}

const LOGIN: Readonly<Record<HfLogin, { readonly tone: Tone; readonly word: string; readonly said: string }>> = {
  valid: { tone: 'good', word: 'logged in', said: 'Repos that ask for a licence can be fetched once it was accepted on their page.' },
  invalid: { tone: 'off', word: 'no token', said: 'Open repos need none. Gated ones do.' },
  unknown: {
    tone: 'warning',
    word: 'not verified',
    said: 'A token is stored, but Hugging Face did not confirm it: the host cannot reach Hugging Face, or the token has expired.',
  },
  'not-offered': { tone: 'off', word: 'not in this version', said: 'InvokeAI can log in from 5.3 on.' },
};

/** Whether InvokeAI is logged in at Hugging Face; the token goes to it and is kept there alone. */
export function HfCard({ hostId, isLive }: { readonly hostId: string | null; readonly isLive: boolean }) {
  const hostCalls = useHostBridge();
  const queries = useQueryClient();
  const key = ['models.hfLogin', hostId];
  // It asks Hugging Face each time: once a visit is enough.
  const login = useQuery({ queryKey: key, queryFn: () => hostCalls.models.hfLogin(), enabled: isLive, staleTime: 300_000, retry: false });
  const [token, setToken] = useState('');
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<PanelError | null>(null);
  const send = (value: string | null): void => {
    setSending(true);
    hostCalls.models
      .setHfToken({ token: value })
      .then(
        (next) => {
          queries.setQueryData(key, next);
          setToken('');
          setError(null);
        },
        (thrown: unknown) => setError(toPanelError(thrown)),
      )
      .finally(() => setSending(false));
  };
  const problem = token.trim() === '' ? undefined : fieldProblem(HfToken, token);
  const is = login.data === undefined ? null : LOGIN[login.data];
  return (
    <Card title="Hugging Face" anchor="models-hf" aside={is === null ? undefined : <StatusWord tone={is.tone} word={is.word} quiet />}>
      <p className="models-small ada-quiet">{is?.said ?? (isLive ? 'Asking…' : 'Asked once InvokeAI answers.')}</p>
      {login.data === 'not-offered' ? null : (
        <Group gap="xs" align="flex-start" mt="xs" wrap="nowrap">
          <PasswordInput
            className="models-token"
            size="xs"
            aria-label="Hugging Face token"
            placeholder="hf_…"
            value={token}
            error={problem}
            autoComplete="off"
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          <Button
            size="xs"
            disabled={!isLive || token.trim() === '' || problem !== undefined}
            loading={isSending}
            onClick={() => send(token)}
          >
            Log in
          </Button>
          {login.data === 'valid' || login.data === 'unknown' ? (
            <Button size="xs" variant="default" disabled={!isLive} onClick={() => send(null)}>
              Log out
            </Button>
          ) : null}
        </Group>
      )}
      {error === null ? null : (
        <p className="models-small models-refused" role="alert">
          {error.message} {error.hint}
        </p>
      )}
    </Card>
  );
}

/** How InvokeAI keeps models in memory, as it runs now. */
export function CacheCard({ hostId, isLive }: { readonly hostId: string | null; readonly isLive: boolean }) {
  const hostCalls = useHostBridge();
  const cache = useQuery({
    queryKey: ['models.cache', hostId],
    queryFn: () => hostCalls.models.cache(),
    enabled: isLive,
    staleTime: 60_000,
  });
  const facts = cache.data ?? [];
  return (
    <Card title="Memory settings" aside={<span className="ada-quiet models-small">read only; invokeai.yaml on the host</span>}>
      {facts.length === 0 ? (
        <p className="models-small ada-quiet">
          {cache.data === undefined ? 'Asked once InvokeAI answers.' : 'This version does not tell them.'}
        </p>
      ) : (
        <dl className="models-cache models-small">
          {facts.map((fact) => (
            <div key={fact.name} title={fact.said}>
              <dt className="ada-mono">{fact.name}</dt>
              <dd>
                <b>{fact.value}</b> <span className="ada-quiet">{fact.said}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}
