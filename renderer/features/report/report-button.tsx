import { Button } from '@mantine/core';
import { IconFileReport } from '@tabler/icons-react';
import { useState } from 'react';
import { usePageIntent } from '../../stores/view.ts';
import { ReportDialog } from './report-dialog.tsx';
import { TEXT } from './text.ts';

/** Opens the dialog that makes a report of the host; the intent `report` does so too. */
export function ReportButton() {
  const [isOpen, setOpen] = useState(false);
  usePageIntent({ report: () => setOpen(true) });
  return (
    <>
      <Button leftSection={<IconFileReport size={15} aria-hidden />} onClick={() => setOpen(true)}>
        {TEXT.open}
      </Button>
      {isOpen ? <ReportDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}
