import { ActionIcon, Button } from '@mantine/core';
import { IconTrash, IconX } from '@tabler/icons-react';
import { bridge } from '../../bridge.ts';
import { forgetDeleted, useDeleted } from '../../stores/images.ts';
import { attempt, say } from '../../stores/notices.ts';
import { describeDeleted, TEXT } from './text.ts';

/** Offers to undo the last deletion until that is done or dismissed. */
export function DeletedNotice() {
  const deleted = useDeleted();
  const last = deleted.at(-1);
  if (last === undefined) return null;
  const undo = async (): Promise<void> => {
    await bridge.gallery.restore({ pictureId: last });
    forgetDeleted([last]);
    say('good', TEXT.restored);
  };
  return (
    <div className="play-deleted" role="status">
      <IconTrash size={16} aria-hidden />
      <span>{describeDeleted(deleted.length)}</span>
      <Button size="compact-sm" variant="light" onClick={() => attempt(undo)}>
        {TEXT.undo}
      </Button>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={TEXT.dismiss} onClick={() => forgetDeleted(deleted)}>
        <IconX size={14} aria-hidden />
      </ActionIcon>
    </div>
  );
}
