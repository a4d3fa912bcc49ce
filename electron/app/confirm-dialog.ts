import { type BrowserWindow, dialog } from 'electron';
import type { Confirmation } from '../capabilities/confirmation.ts';

/** Shows a native dialog, which no page can cover, answer or read. Enter cancels; without a window it returns false. */
export async function showConfirmation(
  window: BrowserWindow | null,
  { question, facts, action }: Pick<Confirmation, 'question' | 'facts' | 'action'>,
): Promise<boolean> {
  if (window === null || window.isDestroyed()) return false;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: 'Ada Panel',
    message: question,
    detail: facts.join('\n'),
    buttons: ['Cancel', action],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}
