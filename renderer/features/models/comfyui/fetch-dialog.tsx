import { Button, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { CheckpointName, CheckpointUrl, Sha256 } from '../../../../shared/capabilities/comfyui/contract.ts';
import { type PanelError, toPanelError } from '../../../../shared/errors.ts';
import { AccessToken } from '../../../../shared/identifiers.ts';
import { useComfyUiChange } from '../../../stores/comfyui.ts';

import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { fieldProblem } from '../../../ui/field-problem.ts';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { nameFromUrl } from './checkpoint-files.ts';
import { describeFolder, TEXT } from './text.ts';

/** Fetches a checkpoint by its URL. */
export function FetchDialog({ folder, onClose }: { readonly folder: string | null; readonly onClose: () => void }) {
  const onComfyUi = useComfyUiChange();
  useReturnFocus();
  const [url, setUrl] = useState('');
  const [typedName, setTypedName] = useState<string | null>(null);
  const [sha256, setSha256] = useState('');
  const [token, setToken] = useState('');
  const [error, setError] = useState<PanelError | null>(null);
  const [isAsking, setAsking] = useState(false);
  const name = typedName ?? nameFromUrl(url);
  const wrong = {
    url: url.trim() === '' ? undefined : fieldProblem(CheckpointUrl, url, urlShape(url)),
    name: name === '' ? undefined : fieldProblem(CheckpointName, name),
    sha256: sha256.trim() === '' ? undefined : fieldProblem(Sha256, sha256, TEXT.sha256Shape),
    token: token.trim() === '' ? undefined : fieldProblem(AccessToken, token),
  };
  const isGood = url.trim() !== '' && name !== '' && Object.values(wrong).every((problem) => problem === undefined);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isGood) return;
    setAsking(true);
    setError(null);
    onComfyUi
      .run((host) =>
        host.comfyui.download({ url, name, sha256: sha256.trim() === '' ? null : sha256, token: token.trim() === '' ? null : token }),
      )
      .then(onClose, (thrown: unknown) => setError(toPanelError(thrown)))
      .finally(() => setAsking(false));
  };
  return (
    <Modal opened onClose={onClose} title={TEXT.fetchCheckpoint} size="lg">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label={TEXT.url}
            placeholder={TEXT.urlExample}
            value={url}
            spellCheck={false}
            error={wrong.url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label={TEXT.name}
            description={folder === null ? undefined : describeFolder(folder)}
            value={name}
            spellCheck={false}
            error={wrong.name}
            onChange={(event) => setTypedName(event.currentTarget.value)}
          />
          <TextInput
            label={TEXT.sha256}
            description={TEXT.sha256Note}
            value={sha256}
            spellCheck={false}
            error={wrong.sha256}
            onChange={(event) => setSha256(event.currentTarget.value)}
          />
          <PasswordInput
            label={TEXT.token}
            description={TEXT.tokenNote}
            value={token}
            error={wrong.token}
            autoComplete="off"
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          {error === null ? null : <ErrorNotice error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button type="submit" size="sm" variant="filled" disabled={!isGood} loading={isAsking}>
              {TEXT.fetchCheckpoint}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const urlShape = (url: string): string => (/^\s*https:\/\//.test(url) ? TEXT.urlCharacters : TEXT.urlScheme);
