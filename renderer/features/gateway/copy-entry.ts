import { IconCopy } from '@tabler/icons-react';
import { copyText } from '../../stores/copy-text.ts';
import type { MenuEntry } from '../../ui/context-menu.ts';
import { describeCopied } from './text.ts';

/** An entry that copies a text. */
export const copyEntry = (label: string, text: string): MenuEntry => ({
  id: label,
  label,
  icon: IconCopy,
  run: () => copyText(text, describeCopied(text)),
});
