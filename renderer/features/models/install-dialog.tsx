import { Button, Checkbox, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ModelSource, type ModelsState } from '../../../shared/capabilities/models/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { AccessToken } from '../../../shared/identifiers.ts';
import { useModelsChange } from '../../stores/models.ts';

import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fieldProblem } from '../../ui/field-problem.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { Starters } from './starters.tsx';
import { TEXT } from './text.ts';

/** Installs a model by repo, URL or path, or from InvokeAI's recommendations. */
export function InstallDialog({ state, onClose }: { readonly state: ModelsState; readonly onClose: () => void }) {
  const onModels = useModelsChange();
  useReturnFocus();
  const [source, setSource] = useState('');
  const [token, setToken] = useState('');
  const [isInPlace, setInPlace] = useState(true);
  const [error, setError] = useState<PanelError | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const isPath = source.trim().startsWith('/');
  const wrong = {
    source: source.trim() === '' ? undefined : fieldProblem(ModelSource, source, TEXT.sourceShape),
    token: token.trim() === '' || isPath ? undefined : fieldProblem(AccessToken, token),
  };
  const isGood = source.trim() !== '' && wrong.source === undefined && wrong.token === undefined;

  const install = async (wanted: readonly string[], neededBytes: number | null): Promise<boolean> => {
    setError(null);
    let bytes = neededBytes;
    try {
      for (const one of wanted) {
        setAsking(one);
        const isTyped = one === source.trim();
        await onModels.run((host) =>
          host.models.install({
            source: one,
            isInPlace: isTyped && isPath && isInPlace,
            token: isTyped && !isPath && token.trim() !== '' ? token : null,
            // The total size is checked against the disk before the first part.
            neededBytes: bytes,
          }),
        );
        bytes = null;
      }
      return true;
    } catch (thrown) {
      setError(toPanelError(thrown));
      return false;
    } finally {
      setAsking(null);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isGood) void install([source.trim()], null).then((began) => (began ? onClose() : undefined));
  };
  return (
    <Modal opened onClose={onClose} title={TEXT.installModel} size="lg">
      <Stack gap="md">
        <form onSubmit={submit}>
          <Stack gap="xs">
            <TextInput
              label={TEXT.sourceLabel}
              placeholder={TEXT.sourceExample}
              value={source}
              error={wrong.source}
              spellCheck={false}
              onChange={(event) => setSource(event.currentTarget.value)}
              data-autofocus
            />
            {isPath ? (
              <Checkbox
                label={TEXT.inPlace}
                description={isInPlace ? TEXT.inPlaceNote : TEXT.moveNote}
                checked={isInPlace}
                onChange={(event) => setInPlace(event.currentTarget.checked)}
              />
            ) : (
              <PasswordInput
                label={TEXT.downloadToken}
                description={TEXT.downloadTokenNote}
                value={token}
                error={wrong.token}
                autoComplete="off"
                onChange={(event) => setToken(event.currentTarget.value)}
              />
            )}
            <Group justify="flex-end" gap="xs">
              <Button type="submit" size="sm" variant="filled" disabled={!isGood} loading={asking !== null && asking === source.trim()}>
                {TEXT.install}
              </Button>
            </Group>
          </Stack>
        </form>
        {error === null ? null : <ErrorNotice error={error} />}
        <Starters state={state} asking={asking} onInstall={(wanted, bytes) => void install(wanted, bytes)} />
      </Stack>
    </Modal>
  );
}
