import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { formatCount } from '../../../shared/format.ts';
import { bridge } from '../../bridge.ts';
import { say, sayError } from '../../stores/notices.ts';
import type { TimeSpan } from '../../ui/time-series/types.ts';

export interface ExportButtonProps {
  readonly hostId: string;
  readonly gpuUuid: string;
  readonly span: TimeSpan;
}

/** Saves every sample of the stretch shown as CSV; where to is asked by the main process. */
export function ExportButton({ hostId, gpuUuid, span }: ExportButtonProps) {
  const [isSaving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    try {
      const { savedTo, rows } = await bridge.history.exportCsv({ hostId, gpuUuid, ...span });
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
      CSV
    </Button>
  );
}
