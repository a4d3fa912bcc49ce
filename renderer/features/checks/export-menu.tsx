import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { CHECK_EXPORTS } from '../../../shared/capabilities/checks/contract.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { usePageIntent } from '../../stores/view.ts';
import { type CheckExport, saveChecks } from './save-checks.ts';
import { EXPORT_LABELS, TEXT } from './text.ts';

/** Saves the newest results in the format chosen. */
export function ExportMenu({ isOff }: { readonly isOff: boolean }) {
  const host = useHostBridge();
  const [isSaving, setSaving] = useState(false);
  const save = async (format: CheckExport): Promise<void> => {
    setSaving(true);
    await saveChecks(host, format);
    setSaving(false);
  };
  usePageIntent(
    isOff
      ? {}
      : {
          export: (subject) => {
            const format = CHECK_EXPORTS.find((known) => known === subject);
            if (format !== undefined) void save(format);
          },
        },
  );
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button leftSection={<IconDownload size={15} aria-hidden />} loading={isSaving} disabled={isOff}>
          {TEXT.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {CHECK_EXPORTS.map((format) => (
          <Menu.Item key={format} onClick={() => void save(format)}>
            {EXPORT_LABELS[format]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
