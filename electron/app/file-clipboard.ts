import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ClipboardItem, clipboard } from 'electron';
import { panelError } from '../../shared/errors.ts';

const POWERSHELL_TIMEOUT_MS = 15_000;
const run = promisify(execFile);

/** Electron before 44. */
interface BufferClipboard {
  writeBuffer(format: string, buffer: Buffer): void;
}

/** Copies a file to the clipboard for file managers and other programs. Throws clipboard-not-written. */
export async function copyFileToClipboard(file: string): Promise<void> {
  try {
    // Electron cannot write CF_HDROP, which is the format that Explorer pastes.
    if (process.platform === 'win32') await copyInWindows(file);
    else await write(clipboardFormats(file, process.platform, process.env['XDG_CURRENT_DESKTOP'] ?? ''));
  } catch (cause) {
    throw panelError({
      code: 'clipboard-not-written',
      layer: 'laptop',
      message: 'Could not copy the file to the clipboard.',
      hint: 'Save the image to a file instead.',
      retryable: true,
      detail: String(cause),
    });
  }
}

/** Clipboard formats and texts of one file, the most important first: Nautilus and its forks paste only the GNOME format. */
function clipboardFormats(file: string, platform: string, desktop: string): readonly (readonly [format: string, text: string])[] {
  const url = pathToFileURL(file).href;
  if (platform === 'darwin') return [['public.file-url', url]];
  const forGnome = ['x-special/gnome-copied-files', `copy\n${url}`] as const;
  const forAll = ['text/uri-list', `${url}\r\n`] as const;
  return /gnome|unity|cinnamon|mate|xfce|pantheon/i.test(desktop) ? [forGnome, forAll] : [forAll, forGnome];
}

async function write(formats: readonly (readonly [string, string])[]): Promise<void> {
  const [first] = formats;
  if (hasBuffers(clipboard)) {
    // Before Electron 44 each write replaces the previous format.
    if (first !== undefined) clipboard.writeBuffer(first[0], Buffer.from(first[1]));
    return;
  }
  const items = formats.map(([format, text]) => [`electron application/osclipboard;format="${format}"`, new Blob([text])] as const);
  await clipboard.write([new ClipboardItem(Object.fromEntries(items))]);
}

function hasBuffers(value: object): value is BufferClipboard {
  return 'writeBuffer' in value && typeof value.writeBuffer === 'function';
}

/** Passes the path in the environment, so that it needs no quoting. */
async function copyInWindows(file: string): Promise<void> {
  const command = 'Set-Clipboard -LiteralPath $env:ADA_PANEL_FILE';
  await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command], {
    env: { ...process.env, ADA_PANEL_FILE: file },
    timeout: POWERSHELL_TIMEOUT_MS,
    windowsHide: true,
  });
}
