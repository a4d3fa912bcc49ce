import '../../ui/without-eval.ts';
import { Button, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { CheckpointName, CheckpointUrl, Sha256 } from '../../../shared/contract/comfyui.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { changeComfyUi } from '../../stores/comfyui.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { nameFromUrl } from './words.ts';

/** Any checkpoint by its address. */
export function FetchDialog({ folder, onClose }: { readonly folder: string | null; readonly onClose: () => void }) {
  useReturnFocus();
  const [url, setUrl] = useState('');
  const [typedName, setTypedName] = useState<string | null>(null);
  const [sha256, setSha256] = useState('');
  const [token, setToken] = useState('');
  const [error, setError] = useState<PanelError | null>(null);
  const [isAsking, setAsking] = useState(false);
  const name = typedName ?? nameFromUrl(url);
  const wrong = {
    url: url !== '' && !CheckpointUrl.safeParse(url).success,
    name: name === '' ? null : (CheckpointName.safeParse(name).error?.issues[0]?.message ?? null),
    sha256: sha256 !== '' && !Sha256.safeParse(sha256).success,
  };
  const isGood = url !== '' && name !== '' && !wrong.url && wrong.name === null && !wrong.sha256;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isGood) return;
    setAsking(true);
    setError(null);
    changeComfyUi(() =>
      bridge.comfyui.download({ url, name, sha256: sha256 === '' ? null : sha256, token: token.trim() === '' ? null : token }),
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
            error={wrong.url ? 'It begins with https://' : undefined}
            onChange={(event) => setUrl(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label="Name on the host"
            description={folder === null ? undefined : `in ${folder}`}
            value={name}
            spellCheck={false}
            error={wrong.name ?? undefined}
            onChange={(event) => setTypedName(event.currentTarget.value)}
          />
          <TextInput
            label="SHA-256, if you know it"
            description="Hugging Face tells its own. A file that differs is kept away from ComfyUI."
            value={sha256}
            spellCheck={false}
            error={wrong.sha256 ? '64 letters and digits, 0 to 9 and a to f' : undefined}
            onChange={(event) => setSha256(event.currentTarget.value)}
          />
          <PasswordInput
            label="Access token, for this download only"
            description="Only where a login is asked for. It is given to curl on the host and is kept nowhere."
            value={token}
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
