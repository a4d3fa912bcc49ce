import { app, type BrowserWindow, dialog } from 'electron';

/** Confirms closing a window while images are unsaved; `count` returns their number. */
export function guardUnsaved(window: BrowserWindow | null, count: () => number): void {
  const guard = (one: BrowserWindow): void => {
    one.on('close', (event) => {
      const unsaved = count();
      if (unsaved === 0) return;
      const answer = dialog.showMessageBoxSync(one, {
        type: 'warning',
        message: unsaved === 1 ? '1 image is not saved.' : `${unsaved} images are not saved.`,
        detail: 'They are in memory only. Save them on the Playground before you close the window.',
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
