import { panelError } from '../../shared/errors.ts';

/** Electron supports its latest three major versions; older versions are for evaluation only. */
export const OLDEST_SUPPORTED_ELECTRON = 43;

/** Whether this version of Electron ("33.2.1") gets no security fixes any more. */
export function isOutdatedElectron(electron: string): boolean {
  return !(Number.parseInt(electron, 10) >= OLDEST_SUPPORTED_ELECTRON);
}

/**
 * Resolves when this start may connect to real hosts: at once on a supported Electron, else after the operator confirmed it once.
 * Rejects with `runtime-not-confirmed`.
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
        message: `Connecting to real hosts with the outdated Electron ${o.electron} was not confirmed.`,
        hint: 'Select the host again to confirm, or run npm start where the current Electron can be downloaded.',
        retryable: true,
      });
  };
}
