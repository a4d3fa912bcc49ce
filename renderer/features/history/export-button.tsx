import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { SeriesSelection } from '../../../shared/capabilities/history/contract.ts';
import { bridge } from '../../bridge.ts';
import { addErrorNotice, addNotice } from '../../stores/notices.ts';
import { usePageIntent } from '../../stores/view.ts';
import { describeExport, describeExported, TEXT } from './text.ts';

export interface ExportButtonProps {
  readonly selection: SeriesSelection;
  /** The exported series, on a page with several of these buttons. */
  readonly of?: string;
  /** The page intent that presses it. */
  readonly intent?: string;
}

/** Exports the stored rows of the range shown as CSV; the main process shows the save dialog. */
export function ExportButton({ selection, of, intent }: ExportButtonProps) {
  const [isSaving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    try {
      const { savedTo, rows } = await bridge.history.exportCsv(selection);
      if (savedTo !== null) addNotice('good', describeExported(rows, savedTo));
    } catch (thrown) {
      addErrorNotice(thrown);
    } finally {
      setSaving(false);
    }
  };
  usePageIntent(intent === undefined ? {} : { [intent]: () => void save() });
  return (
    <Button leftSection={<IconDownload size={15} aria-hidden />} loading={isSaving} onClick={() => void save()} title={TEXT.exportTip}>
      {describeExport(of)}
    </Button>
  );
}
