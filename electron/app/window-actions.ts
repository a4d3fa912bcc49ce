import { app, type BrowserWindow } from 'electron';
import type { WindowAction } from '../../shared/capabilities/app/contract.ts';

/** A step of the menu's own zoom: Chromium's levels are powers of 1.2. */
const ZOOM_STEP = 0.5;
const MAX_ZOOM_LEVEL = 5;

/** Does what the entry of the window's menu does. */
export function runWindowAction(window: BrowserWindow | null, action: WindowAction): void {
  if (action === 'quit') {
    app.quit();
    return;
  }
  if (window === null || window.isDestroyed()) return;
  if (action === 'full-screen') {
    window.setFullScreen(!window.isFullScreen());
    return;
  }
  const contents = window.webContents;
  const step = action === 'zoom-in' ? ZOOM_STEP : -ZOOM_STEP;
  const level = action === 'zoom-reset' ? 0 : contents.getZoomLevel() + step;
  contents.setZoomLevel(Math.min(MAX_ZOOM_LEVEL, Math.max(-MAX_ZOOM_LEVEL, level)));
}
