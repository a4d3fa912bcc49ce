import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { SeriesSelection } from '../../../shared/capabilities/history/contract.ts';
import { formatCount } from '../../../shared/format.ts';
import { bridge } from '../../bridge.ts';
import { say, sayError } from '../../stores/notices.ts';

export interface ExportButtonProps {
  readonly selection: SeriesSelection;
  /** What is exported, where a page has several of these buttons. */
  readonly of?: string;
}

/** Saves every stored row of the stretch shown as CSV; where to is asked by the main process. */
export function ExportButton({ selection, of }: ExportButtonProps) {
  const [isSaving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    try {
      const { savedTo, rows } = await bridge.history.exportCsv(selection);
      if (savedTo !== null) say('good', `${formatCount(rows)} samples saved to ${savedTo}`);
    } catch (thrown) {
      sayError(thrown);
    } finally {
      setSaving(false);
    }
  };
  return (
    <Button
      leftSection={<IconDownload size={15} aria-hidden />}
      loading={isSaving}
      onClick={() => void save()}
      title="Save every sample of the time shown"
    >
      {of === undefined ? 'CSV' : `CSV of ${of}`}
    </Button>
  );
}
