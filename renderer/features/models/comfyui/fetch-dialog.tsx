import { Button, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { CheckpointName, CheckpointUrl, Sha256 } from '../../../../shared/capabilities/comfyui/contract.ts';
import { type PanelError, toPanelError } from '../../../../shared/errors.ts';
import { AccessToken } from '../../../../shared/identifiers.ts';
import { useComfyUiChange } from '../../../stores/comfyui.ts';

import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { fieldProblem } from '../../../ui/field-problem.ts';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { nameFromUrl } from './words.ts';

/** Any checkpoint by its address. */
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
    sha256: sha256.trim() === '' ? undefined : fieldProblem(Sha256, sha256, '64 letters and digits, 0 to 9 and a to f'),
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
    <Modal opened onClose={onClose} title="Fetch a checkpoint" size="lg">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Address of the file"
            placeholder="https://huggingface.co/…/resolve/main/model.safetensors"
            value={url}
            spellCheck={false}
            error={wrong.url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label="Name on the host"
            description={folder === null ? undefined : `in ${folder}`}
            value={name}
            spellCheck={false}
            error={wrong.name}
            onChange={(event) => setTypedName(event.currentTarget.value)}
          />
          <TextInput
            label="SHA-256, if you know it"
            description="Hugging Face tells its own. A file that differs is kept away from ComfyUI."
            value={sha256}
            spellCheck={false}
            error={wrong.sha256}
            onChange={(event) => setSha256(event.currentTarget.value)}
          />
          <PasswordInput
            label="Access token, for this download only"
            description="Only where a login is asked for. It is given to curl on the host and is kept nowhere."
            value={token}
            error={wrong.token}
            autoComplete="off"
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          {error === null ? null : <ErrorNotice error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button type="submit" size="sm" variant="filled" disabled={!isGood} loading={isAsking}>
              Fetch it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const urlShape = (url: string): string =>
  /^\s*https:\/\//.test(url) ? 'An address without spaces, quotes and backslashes' : 'It begins with https://';
