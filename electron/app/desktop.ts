import { type BrowserWindow, dialog, type NativeImage, nativeImage, shell } from 'electron';
import type { Desktop } from '../capabilities/capability.ts';
import { copyFileToClipboard } from './file-clipboard.ts';
import { printHtml } from './print-html.ts';

const ICON_SIDE = 96;

/** An empty icon makes startDrag fail on macOS: a gray square takes the place of a missing one. */
function dragIcon(png: Uint8Array | null): NativeImage {
  const icon = png === null ? nativeImage.createEmpty() : nativeImage.createFromBuffer(Buffer.from(png));
  if (!icon.isEmpty()) return icon.resize({ width: ICON_SIDE });
  return nativeImage.createFromBitmap(Buffer.alloc(ICON_SIDE * ICON_SIDE * 4, 0x80), { width: ICON_SIDE, height: ICON_SIDE });
}

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
    chooseFolder: async () => {
      const over = window();
      if (over === null) return null;
      const { filePaths } = await dialog.showOpenDialog(over, { properties: ['openDirectory', 'createDirectory'] });
      return filePaths[0] ?? null;
    },
    showInFolder: (file) => shell.showItemInFolder(file),
    startDrag: (files, icon) => {
      const [file] = files;
      if (file === undefined) return;
      window()?.webContents.startDrag({ file, files: [...files], icon: dragIcon(icon) });
    },
    copyFile: copyFileToClipboard,
    printHtml,
  };
}
