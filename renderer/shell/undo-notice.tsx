import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { dismissUndo, undoLast, useUndoable, useUndoCount } from '../stores/undo.ts';
import { describeMore, TEXT } from './text.ts';

/** The last removal, with its undo; it stays until it is used or dismissed. */
export function UndoNotice() {
  const undoable = useUndoable();
  const count = useUndoCount();
  return (
    <div role="status">
      {undoable === null ? null : (
        <div className="ada-undo">
          <span>
            {undoable.message}
            {count > 1 ? <span className="ada-quiet">{describeMore(count - 1)}</span> : null}
          </span>
          <Button size="compact-sm" variant="light" onClick={undoLast}>
            {TEXT.undo}
          </Button>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={TEXT.dismiss} onClick={dismissUndo}>
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </div>
      )}
    </div>
  );
}
