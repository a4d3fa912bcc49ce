import { Button, Group, PasswordInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { HfToken, type ModelsDisk } from '../../../shared/capabilities/models/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { Card } from '../../ui/card.tsx';
import { fieldProblem } from '../../ui/field-problem.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeDisk, describeDiskUse, HF_LOGIN_TEXT, TEXT } from './text.ts';

/** Smaller reserved amounts are not shown. */
const MIN_RESERVED_BYTES = 1024 ** 3;

/** Space on the disk with the models. */
export function DiskCard({ disk, modelBytes }: { readonly disk: ModelsDisk | null; readonly modelBytes: number }) {
  if (disk === null) {
    return (
      <Card title={TEXT.disk}>
        <StatusWord tone="unknown" word={TEXT.diskUnknown} />
      </Card>
    );
  }
  const { usedBytes } = disk;
  const reservedBytes = disk.sizeBytes - disk.usedBytes - disk.freeBytes;
  const part = (bytes: number): string => `${Math.max(0, Math.min(100, (bytes / disk.sizeBytes) * 100))}%`;
  return (
    <Card title={TEXT.disk} aside={<span className="ada-number">{formatBytes(disk.freeBytes)} free</span>}>
      <div className="models-disk" role="img" aria-label={describeDiskUse(usedBytes, disk.sizeBytes, modelBytes)}>
        <span data-part="models" style={{ width: part(modelBytes) }} />
        <span data-part="other" style={{ width: part(Math.max(0, usedBytes - modelBytes)) }} />
      </div>
      <p className="models-small ada-quiet">
        {describeDisk({
          models: modelBytes,
          other: Math.max(0, usedBytes - modelBytes),
          size: disk.sizeBytes,
          path: disk.path,
          reserved: reservedBytes > MIN_RESERVED_BYTES ? reservedBytes : null,
        })}
      </p>
    </Card>
  );
}

/** InvokeAI's login at Hugging Face; only InvokeAI stores the token. */
export function HfCard({ hostId, isLive }: { readonly hostId: string | null; readonly isLive: boolean }) {
  const hostCalls = useHostBridge();
  const queries = useQueryClient();
  const key = ['models.hfLogin', hostId];
  // Every call makes InvokeAI query Hugging Face, so one call per visit is enough.
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
  const is = login.data === undefined ? null : HF_LOGIN_TEXT[login.data];
  return (
    <Card title={TEXT.huggingFace} anchor="models-hf" aside={is === null ? undefined : <StatusWord tone={is.tone} word={is.word} quiet />}>
      <p className="models-small ada-quiet">{is?.note ?? (isLive ? TEXT.loading : TEXT.afterResponse)}</p>
      {login.data === 'not-offered' ? null : (
        <Group gap="xs" align="flex-start" mt="xs" wrap="nowrap">
          <PasswordInput
            className="models-token"
            size="xs"
            aria-label={TEXT.hfToken}
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
            {TEXT.logIn}
          </Button>
          {login.data === 'valid' || login.data === 'unknown' ? (
            <Button size="xs" variant="default" disabled={!isLive} onClick={() => send(null)}>
              {TEXT.logOut}
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

/** Memory settings of the running InvokeAI. */
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
    <Card title={TEXT.memory} aside={<span className="ada-quiet models-small">{TEXT.memoryAside}</span>}>
      {facts.length === 0 ? (
        <p className="models-small ada-quiet">{cache.data === undefined ? TEXT.afterResponse : TEXT.memoryNotReported}</p>
      ) : (
        <dl className="models-cache models-small">
          {facts.map((fact) => (
            <div key={fact.name} title={fact.message}>
              <dt className="ada-mono">{fact.name}</dt>
              <dd>
                <b>{fact.value}</b> <span className="ada-quiet">{fact.message}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}
