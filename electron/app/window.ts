import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { monotonicMs } from '../../shared/monotonic.ts';
import { openJsonFile } from '../foundation/files/json-file.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import type { Logger } from '../foundation/log/log.ts';
import { APP_ORIGIN } from './app-protocol.ts';
import { addFieldMenu } from './field-menu.ts';
import { FIRST_PLACEMENT, fitPlacement, MIN_SIZE, readPlacement } from './placement.ts';

/** Page colours of both themes, to avoid a flash before the first paint. */
const BACKGROUND = { dark: '#141920', light: '#ffffff' } as const;
const MAX_RELOADS_A_MINUTE = 3;

/** Opens the panel's only window: sandboxed, isolated, without Node, on the panel's origin only. */
export function openWindow(o: {
  readonly dataFolder: string;
  readonly preload: string;
  readonly saves: SaveMonitor;
  readonly log: Logger;
  /** Called with the reason when the page did not load or crashed repeatedly. */
  readonly onPageLost: (cause: Error) => void;
}): BrowserWindow {
  const document = openJsonFile({
    file: join(o.dataFolder, 'window.json'),
    understand: (raw) => ({ value: readPlacement(raw), unknownEntries: [] }),
    fallback: FIRST_PLACEMENT,
    saves: o.saves,
    log: o.log,
  });
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const areas = [primary, ...others].map(({ workArea }) => workArea);
  const { maximized, x, y, width, height } = fitPlacement(document.read(), areas);
  const window = new BrowserWindow({
    width,
    height,
    ...(x === undefined || y === undefined ? {} : { x, y }),
    // A scaled screen may be smaller than the minimum size.
    minWidth: Math.min(MIN_SIZE.width, width),
    minHeight: Math.min(MIN_SIZE.height, height),
    show: false,
    title: 'Ada Panel',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: o.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    if (!window.isMinimized()) document.write({ ...window.getNormalBounds(), maximized: window.isMaximized() });
  });

  addFieldMenu(window);

  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, details) => {
    o.log.error('window.renderer-gone', { reason: details.reason, exitCode: details.exitCode });
    if (details.reason === 'clean-exit') return;
    crashes = [...crashes.filter((at) => monotonicMs() - at < 60_000), monotonicMs()];
    // A page that crashes repeatedly is not reloaded forever.
    if (window.isDestroyed()) return;
    if (crashes.length <= MAX_RELOADS_A_MINUTE) window.webContents.reload();
    else o.onPageLost(new Error(`the page crashed ${crashes.length} times in a minute (${details.reason}, ${details.exitCode})`));
  });
  window.webContents.on('did-fail-load', (_event, errorCode, description, url, isMainFrame) => {
    // -3: replaced by another navigation.
    if (isMainFrame && errorCode !== -3) o.onPageLost(new Error(`${url} did not load: ${description} (${errorCode})`));
  });
  window.webContents.on('preload-error', (_event, _path, cause) => o.onPageLost(cause));
  window.webContents.on('did-navigate', (_event, url, httpResponseCode) => {
    if (httpResponseCode >= 400) o.onPageLost(new Error(`${url} did not load: ${httpResponseCode}; files of the panel are missing`));
  });
  void window.loadURL(`${APP_ORIGIN}/`).catch(() => {});
  return window;
}
