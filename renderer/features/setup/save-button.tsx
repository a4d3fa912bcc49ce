import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { addErrorNotice, addNotice } from '../../stores/notices.ts';
import { describeSaved } from './text.ts';

/** Saves a file of the main process where the operator chooses, and says where it is. */
export function SaveButton({ label, save }: { readonly label: string; readonly save: () => Promise<{ readonly savedTo: string | null }> }) {
  const [isSaving, setSaving] = useState(false);
  const run = async (): Promise<void> => {
    setSaving(true);
    try {
      const { savedTo } = await save();
      if (savedTo !== null) addNotice('good', describeSaved(savedTo));
    } catch (thrown) {
      addErrorNotice(thrown);
    } finally {
      setSaving(false);
    }
  };
  return (
    <Button size="sm" leftSection={<IconDownload size={15} aria-hidden />} loading={isSaving} onClick={() => void run()}>
      {label}
    </Button>
  );
}
