import { app, type BrowserWindow, dialog } from 'electron';
import { describeLosses, type Losses } from './close-losses.ts';

/** Confirms closing a window while that would lose something. */
export function guardClose(window: BrowserWindow | null, losses: () => Losses): void {
  const guard = (one: BrowserWindow): void => {
    one.on('close', (event) => {
      const question = describeLosses(losses());
      if (question === null) return;
      const answer = dialog.showMessageBoxSync(one, {
        type: 'warning',
        ...question,
        buttons: ['Cancel', 'Discard and close'],
        defaultId: 0,
        cancelId: 0,
      });
      if (answer === 0) event.preventDefault();
    });
  };
  if (window !== null) guard(window);
  app.on('browser-window-created', (_event, created) => guard(created));
}
