import { app, dialog } from 'electron';
import { toPanelError } from '../../shared/errors.ts';
import type { Logger } from '../foundation/log/log.ts';
import { endProcess } from './end-process.ts';

/**
 * Ends a failed start: prints the reason on standard error, shows it in a dialog, and exits with 1 when the dialog is closed. Never
 * rejects, and never leaves a process without a window.
 */
export async function failStart(
  cause: unknown,
  o: { readonly log: Logger; readonly message: string; readonly isAttended: boolean },
): Promise<void> {
  const error = toPanelError(cause);
  const reason = error.code === 'unexpected' && cause instanceof Error ? cause.message : error.message;
  o.log.error('main.start-failed', { cause: cause instanceof Error ? cause.stack : String(cause) });
  process.exitCode = 1;
  process.stderr.write(`${o.message}: ${reason}\n`);
  try {
    if (o.isAttended) {
      await app.whenReady();
      await dialog.showMessageBox({
        type: 'error',
        title: 'Ada Panel',
        message: o.message,
        detail: `${reason}\n\n${error.hint}`,
        buttons: ['Quit'],
        noLink: true,
      });
    }
  } catch {
    // Without a display only standard error is available.
  }
  endProcess(1);
}
