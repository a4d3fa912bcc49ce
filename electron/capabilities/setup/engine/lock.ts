import { HOST_SCRIPTS, scriptArgv } from '../../../../shared/host-scripts/index.ts';
import { SETUP_EXITS } from '../../../../shared/host-scripts/setup.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import type { Transport } from '../../../foundation/ssh/transport.ts';
import { setupLockedError, setupLockLostError, setupStepFailedError } from '../errors.ts';
import { readHolder } from './lock-holder.ts';

export interface SetupLock {
  /** Proves that the lock is still ours. Throws setup-lock-lost. */
  refresh(): Promise<void>;
  /** Throws what exec throws; a lock that could not be removed ages. */
  release(): Promise<void>;
}

/** A holder that showed no life for so long may be replaced. */
export const LOCK_ABANDONED_S = 15 * 60;

/** Longer than a dead link takes to be noticed, so that it is not mistaken for a slow command. */
const LOCK_TIMEOUT_MS = 90_000;

/**
 * Takes the lock of the host's setup. An abandoned lock, and one of `takeFrom`, is replaced. Throws setup-locked with the holder, and what exec throws.
 */
export async function acquireLock(
  transport: Pick<Transport, 'exec'>,
  o: { readonly token: string; readonly text: string; readonly takeFrom?: string },
): Promise<SetupLock> {
  const run = (verb: string, ...rest: readonly string[]) =>
    transport.exec(scriptArgv(HOST_SCRIPTS.setupLock, verb, o.token, plainText(o.text), ...rest), {
      sudo: { purpose: 'start a setup' },
      timeoutMs: LOCK_TIMEOUT_MS,
    });
  let result = o.takeFrom === undefined ? await run('acquire') : await run('take', o.takeFrom);
  if (result.exitCode === SETUP_EXITS.held) {
    const holder = readHolder(result.stdout);
    if (holder === null || holder.ageS < LOCK_ABANDONED_S) throw setupLockedError(holder);
    result = await run('take', holder.token);
  }
  if (result.exitCode !== 0) throw setupStepFailedError('Could not take the lock of the setup.', result.stderr);
  return {
    refresh: async () => {
      const refreshed = await run('refresh');
      if (refreshed.exitCode !== 0) throw setupLockLostError(readHolder(refreshed.stdout));
    },
    release: async () => {
      await run('release');
    },
  };
}
