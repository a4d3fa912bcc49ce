import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { monotonicMs } from '../../shared/monotonic.ts';
import type { Logger } from '../log.ts';
import { openJsonFile } from '../settings/json-file.ts';
import { APP_ORIGIN } from './app-protocol.ts';

interface Placement {
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}
const FIRST_PLACEMENT: Placement = { width: 1280, height: 800, maximized: false };
const LEAST = { width: 800, height: 560 } as const;

/** By hand, since the window is opened before the schema library is loaded. */
const PlacementSchema = {
  parse: (value: unknown): Placement => {
    const { x, y, width, height, maximized } = (value ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof width !== 'number' || typeof height !== 'number' || typeof maximized !== 'boolean') throw new Error('not a placement');
    if (!(width >= LEAST.width && height >= LEAST.height)) throw new Error('smaller than a window may be');
    const at = (one: unknown): number | undefined => (typeof one === 'number' ? one : undefined);
    return { x: at(x), y: at(y), width, height, maximized };
  },
};

/** Page colours of both themes, so that nothing flashes before the first paint. */
const BACKGROUND = { dark: '#141920', light: '#ffffff' } as const;
const MAX_RELOADS_A_MINUTE = 3;

/** A remembered place that no screen shows any more is forgotten. */
function onSomeScreen(placement: Placement): Placement {
  const { x, y } = placement;
  if (x === undefined || y === undefined) return placement;
  const seen = screen
    .getAllDisplays()
    .some(({ workArea: area }) => x >= area.x - 50 && y >= area.y - 50 && x < area.x + area.width && y < area.y + area.height);
  return seen ? placement : { ...FIRST_PLACEMENT, width: placement.width, height: placement.height };
}

/** Opens the panel's one window: sandboxed, isolated, without Node, on our own origin only. */
export function openWindow(o: { readonly dataFolder: string; readonly preload: string; readonly log: Logger }): BrowserWindow {
  const document = openJsonFile({
    file: join(o.dataFolder, 'window.json'),
    schema: PlacementSchema,
    fallback: FIRST_PLACEMENT,
    log: o.log,
  });
  const { maximized, x, y, width, height } = onSomeScreen(document.read());
  const window = new BrowserWindow({
    width,
    height,
    ...(x === undefined || y === undefined ? {} : { x, y }),
    minWidth: LEAST.width,
    minHeight: LEAST.height,
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

  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, details) => {
    o.log.error('window.renderer-gone', { reason: details.reason, exitCode: details.exitCode });
    if (details.reason === 'clean-exit') return;
    crashes = [...crashes.filter((at) => monotonicMs() - at < 60_000), monotonicMs()];
    // A page that dies over and over is left alone: a reload loop helps nobody.
    if (crashes.length <= MAX_RELOADS_A_MINUTE && !window.isDestroyed()) window.webContents.reload();
  });
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}
