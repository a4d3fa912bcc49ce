import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { CheckInfo } from '../../../shared/capabilities/checks/contract.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { costOf } from './rows.ts';
import { describeImages, describeLoad, describeReads, describeRunCount } from './run-text.ts';
import { TEXT } from './text.ts';

export interface RunDialogProps {
  readonly checks: readonly CheckInfo[];
  readonly isAll: boolean;
  readonly hostLabel: string;
  readonly onStart: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Says what a run costs before it starts, and leaves out what the operator does not want. */
export function RunDialog({ checks, isAll, hostLabel, onStart, onClose }: RunDialogProps) {
  useReturnFocus();
  const [withImages, setWithImages] = useState(true);
  const [withLoad, setWithLoad] = useState(true);
  const { reads, image, load } = costOf(checks);
  const ids = [...reads, ...(withImages ? image : []), ...(withLoad ? load : [])];
  return (
    <Modal opened onClose={onClose} title={isAll ? TEXT.runAllTitle : TEXT.runTitle} size="md">
      <Stack gap="sm">
        {reads.length === 0 ? null : <Text size="sm">{describeReads(reads.length)}</Text>}
        {image.length === 0 ? null : (
          <Checkbox
            label={describeImages(image.length, hostLabel)}
            checked={withImages}
            onChange={(event) => setWithImages(event.currentTarget.checked)}
          />
        )}
        {load.length === 0 ? null : (
          <Checkbox label={describeLoad(load.length)} checked={withLoad} onChange={(event) => setWithLoad(event.currentTarget.checked)} />
        )}
        <Group justify="flex-end" gap="xs">
          <Button size="sm" onClick={onClose}>
            {TEXT.cancel}
          </Button>
          <Button size="sm" variant="filled" data-autofocus disabled={ids.length === 0} onClick={() => onStart(ids)}>
            {describeRunCount(ids.length)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
