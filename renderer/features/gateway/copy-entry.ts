import { IconCopy } from '@tabler/icons-react';
import { addErrorNotice, addNotice } from '../../stores/notices.ts';
import type { MenuEntry } from '../../ui/context-menu.ts';
import { describeCopied } from './text.ts';

/** An entry that copies a text. */
export const copyEntry = (label: string, text: string): MenuEntry => ({
  id: label,
  label,
  icon: IconCopy,
  run: () =>
    void navigator.clipboard
      .writeText(text)
      .then(() => addNotice('good', describeCopied(text)))
      .catch(addErrorNotice),
});
