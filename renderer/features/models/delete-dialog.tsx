import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { InstalledModel } from '../../../shared/capabilities/models/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useModelsChange } from '../../stores/models.ts';

import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { describeDeleteOn, describeDeletion, TEXT } from './text.ts';

/** Confirms a deletion and shows its effect on the disk. */
export function DeleteDialog({
  model,
  hostLabel,
  onClose,
}: {
  readonly model: InstalledModel;
  readonly hostLabel: string;
  readonly onClose: () => void;
}) {
  const onModels = useModelsChange();
  useReturnFocus();
  const [error, setError] = useState<PanelError | null>(null);
  const [isDeleting, setDeleting] = useState(false);
  const remove = (): void => {
    setDeleting(true);
    onModels
      .run((host) => host.models.remove({ key: model.key }))
      .then(onClose, (thrown: unknown) => {
        setError(toPanelError(thrown));
        setDeleting(false);
      });
  };
  return (
    <Modal opened onClose={onClose} title={describeDeleteOn(model.name, hostLabel)} size="md">
      <Stack gap="md">
        <Text size="sm">{describeDeletion(model)}</Text>
        {error === null ? null : <ErrorNotice error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="sm" onClick={onClose} data-autofocus>
            {TEXT.cancel}
          </Button>
          <Button variant="filled" size="sm" color="red.8" loading={isDeleting} onClick={remove}>
            {TEXT.deleteModel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
