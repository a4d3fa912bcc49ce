import { type BrowserWindow, dialog } from 'electron';
import type { Desktop } from '../capabilities/capability.ts';
import { copyFileToClipboard } from './file-clipboard.ts';
import { printHtml } from './print-html.ts';

/** Native file dialogs over the panel's window. */
export function createDesktop(window: () => BrowserWindow | null): Desktop {
  return {
    saveAs: async (suggestedName) => {
      const over = window();
      if (over === null) return null;
      const { canceled, filePath } = await dialog.showSaveDialog(over, { defaultPath: suggestedName });
      return canceled || filePath === undefined || filePath === '' ? null : filePath;
    },
    openFile: async ({ name, extensions }) => {
      const over = window();
      if (over === null) return null;
      const filters = [{ name, extensions: [...extensions] }];
      const { filePaths } = await dialog.showOpenDialog(over, { properties: ['openFile'], filters });
      return filePaths[0] ?? null;
    },
    copyFile: copyFileToClipboard,
    printHtml,
  };
}
