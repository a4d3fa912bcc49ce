import { panelError } from '../../shared/errors.ts';

/** Electron's own support covers three majors; older ones run, but only for trying the panel out. */
export const OLDEST_SUPPORTED_ELECTRON = 43;

/** Whether this version of Electron ("33.2.1") gets no security fixes any more. */
export function isOutdatedElectron(electron: string): boolean {
  return !(Number.parseInt(electron, 10) >= OLDEST_SUPPORTED_ELECTRON);
}

/**
 * Resolves when real hosts may be reached from this start: at once on a supported Electron, else after the operator confirmed it, once a
 * start. Rejects with `runtime-not-confirmed`.
 */
export function createRuntimeConsent(o: {
  readonly electron: string;
  readonly isConfirmed: boolean;
  readonly confirm: () => Promise<boolean>;
}): () => Promise<void> {
  let isGiven = o.isConfirmed || !isOutdatedElectron(o.electron);
  let asking: Promise<boolean> | null = null;
  return async () => {
    if (isGiven) return;
    asking ??= o.confirm().finally(() => {
      asking = null;
    });
    if (await asking) isGiven = true;
    else
      throw panelError({
        code: 'runtime-not-confirmed',
        layer: 'panel',
        message: `Real hosts are not reached with the outdated Electron ${o.electron} unless you confirm it.`,
        hint: 'Select the host again to confirm, or install the current Electron: run npm start where it can be downloaded.',
        retryable: true,
      });
  };
}
