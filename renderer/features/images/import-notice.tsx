import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconPhotoUp, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import { useHostId } from '../../stores/host-context.tsx';
import { receiveImported, useImported } from '../../stores/images.ts';
import { usePageIntent } from '../../stores/view.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeImport, TEXT } from './text.ts';
import { importFrom } from './use-image-import.ts';

/** Opens a PNG and fills the form from its parameters. */
export function ImportButton() {
  const hostId = useHostId();
  const input = useRef<HTMLInputElement>(null);
  usePageIntent({ import: () => input.current?.click() });
  return (
    <>
      <Tooltip label={TEXT.fromImageTip} multiline maw={260}>
        <Button size="xs" variant="default" leftSection={<IconPhotoUp size={14} aria-hidden />} onClick={() => input.current?.click()}>
          {TEXT.fromImage}
        </Button>
      </Tooltip>
      <input
        ref={input}
        type="file"
        accept="image/png,.png"
        hidden
        aria-hidden
        tabIndex={-1}
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files !== null && files.length > 0) void importFrom(hostId, files);
          // An unchanged value fires no change event when the same file is picked again.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

/** Names the source of the imported parameters and lists those that the form cannot use. */
export function ImportNotice() {
  const imported = useImported();
  if (imported === null) return null;
  return (
    <div className="play-import" role="status">
      <div className="play-import-head">
        <StatusWord
          tone={imported.source === null || imported.notUsed.length > 0 ? 'warning' : 'good'}
          word={describeImport(imported)}
          quiet
        />
        <ActionIcon variant="subtle" color="gray" size="xs" aria-label={TEXT.importDismiss} onClick={() => receiveImported(null)}>
          <IconX size={13} aria-hidden />
        </ActionIcon>
      </div>
      {imported.notUsed.length === 0 ? null : (
        <>
          {imported.source === null ? null : <p className="play-import-label ada-quiet">{TEXT.importNotUsed}</p>}
          <ul aria-label={TEXT.importLabel}>
            {imported.notUsed.map((words) => (
              <li key={words} dir="auto">
                {words}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
