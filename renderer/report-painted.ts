import { bridge } from './bridge.ts';

type What = Parameters<typeof bridge.app.painted>[0]['what'];

/** Notifies the main process once the committed frame is on the screen. */
export function reportPainted(what: What, sampleAt: number | null = null): void {
  // The first frame callback runs before the paint, the second after it.
  requestAnimationFrame(() => {
    requestAnimationFrame(() => {
      bridge.app.painted({ what, sampleAt, at: Date.now() }).catch(() => {
        // Only figures hang on it.
      });
    });
  });
}
