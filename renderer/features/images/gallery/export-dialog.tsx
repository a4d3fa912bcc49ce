import { Button, Checkbox, Group, Modal, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import type { ImageId } from '../../../../shared/capabilities/gallery/contract.ts';
import { type PanelError, toPanelError } from '../../../../shared/errors.ts';
import { bridge } from '../../../bridge.ts';
import { addNotice } from '../../../stores/notices.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { describeExported, describeSelected, GALLERY_TEXT } from './text.ts';

export interface ExportDialogProps {
  readonly pictureIds: readonly ImageId[];
  readonly onClose: () => void;
}

/** Asks how to export the selected images, then where to. */
export function ExportDialog({ pictureIds, onClose }: ExportDialogProps) {
  const [as, setAs] = useState<'folder' | 'zip'>('folder');
  const [withParameters, setWithParameters] = useState(true);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<PanelError | null>(null);
  useReturnFocus();
  const run = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const { savedTo, saved, missing } = await bridge.gallery.export({ pictureIds: [...pictureIds], as, withParameters });
      if (savedTo === null) return;
      addNotice(missing === 0 ? 'good' : 'warning', describeExported({ saved, missing, savedTo }));
      onClose();
    } catch (thrown) {
      setFailure(toPanelError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={GALLERY_TEXT.exportTitle} size="sm">
      <Stack gap="sm">
        <span>{describeSelected(pictureIds.length)}</span>
        <Radio.Group label={GALLERY_TEXT.exportTo} value={as} onChange={(value) => setAs(value === 'zip' ? 'zip' : 'folder')}>
          <Group mt={6}>
            <Radio value="folder" label={GALLERY_TEXT.exportFolder} />
            <Radio value="zip" label={GALLERY_TEXT.exportZip} />
          </Group>
        </Radio.Group>
        <Checkbox
          label={GALLERY_TEXT.withParameters}
          description={withParameters ? '\u00a0' : GALLERY_TEXT.withoutParametersHint}
          checked={withParameters}
          onChange={(event) => setWithParameters(event.currentTarget.checked)}
        />
        {failure === null ? null : <ErrorNotice error={failure} />}
        <Group justify="flex-end">
          <Button size="sm" variant="default" onClick={onClose}>
            {GALLERY_TEXT.cancel}
          </Button>
          <Button size="sm" loading={isBusy} onClick={() => void run()}>
            {GALLERY_TEXT.exportAction}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
