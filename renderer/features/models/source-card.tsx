import { Button, Checkbox, Group, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ModelSource } from '../../../shared/capabilities/models/contract.ts';
import { AccessToken } from '../../../shared/identifiers.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fieldProblem } from '../../ui/field-problem.ts';
import { describeSourceInstall } from './hub-text.ts';
import type { SourceKind } from './source-kind.ts';
import { TEXT } from './text.ts';
import { useInstall } from './use-install.ts';

export interface SourceCardProps {
  readonly source: Extract<SourceKind, { readonly kind: 'url' | 'path' }>;
  readonly isOff: boolean;
  readonly onStarted: () => void;
}

/** Installs a typed address, or a path on the host. */
export function SourceCard({ source: { kind, source }, isOff, onStarted }: SourceCardProps) {
  const [token, setToken] = useState('');
  const [isInPlace, setInPlace] = useState(true);
  const { install, asking, error } = useInstall();
  const isPath = kind === 'path';
  const wrong = {
    source: fieldProblem(ModelSource, source, TEXT.sourceShape),
    token: token.trim() === '' || isPath ? undefined : fieldProblem(AccessToken, token),
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong.source !== undefined || wrong.token !== undefined) return;
    const given = isPath || token.trim() === '' ? null : token.trim();
    void install({ sources: [source], bytes: null, token: given, isInPlace: isPath && isInPlace }).then((began) =>
      began ? onStarted() : undefined,
    );
  };
  return (
    <Card title={describeSourceInstall(source)}>
      <form onSubmit={submit}>
        <Group gap="md" align="flex-end">
          {isPath ? (
            <Checkbox
              className="models-token"
              label={TEXT.inPlace}
              description={isInPlace ? TEXT.inPlaceNote : TEXT.moveNote}
              checked={isInPlace}
              onChange={(event) => setInPlace(event.currentTarget.checked)}
            />
          ) : (
            <PasswordInput
              className="models-token"
              size="xs"
              label={TEXT.downloadToken}
              description={TEXT.downloadTokenNote}
              value={token}
              error={wrong.token}
              autoComplete="off"
              onChange={(event) => setToken(event.currentTarget.value)}
            />
          )}
          <Button
            type="submit"
            size="sm"
            variant="filled"
            disabled={isOff || wrong.source !== undefined || wrong.token !== undefined}
            loading={asking !== null}
          >
            {TEXT.install}
          </Button>
        </Group>
      </form>
      {wrong.source === undefined ? null : (
        <p className="models-small models-refused" role="alert">
          {wrong.source}
        </p>
      )}
      {error === null ? null : <ErrorNotice error={error} />}
    </Card>
  );
}
