import { HOST_SCRIPTS, type HostScript } from '../../shared/host-scripts/index.ts';
import { readHostState } from './host-read.ts';
import type { Program } from './process.ts';
import { checkOut } from './setup-checkout.ts';
import { createEnvironment } from './setup-environment.ts';
import { removeSetup, writeSetupFiles } from './setup-files.ts';
import { followSetup } from './setup-follow.ts';
import { guardSetup } from './setup-guard.ts';
import { lockSetup } from './setup-lock.ts';
import { installPackages } from './setup-packages.ts';
import { startLongStep } from './setup-start.ts';

/** The panel's scripts for Setup. */
export const SETUP_PROGRAMS: readonly { readonly script: HostScript; readonly run: Program }[] = [
  { script: HOST_SCRIPTS.hostRead, run: readHostState },
  { script: HOST_SCRIPTS.setupFiles, run: writeSetupFiles },
  { script: HOST_SCRIPTS.setupRemove, run: removeSetup },
  { script: HOST_SCRIPTS.setupLock, run: lockSetup },
  { script: HOST_SCRIPTS.setupGuard, run: guardSetup },
  { script: HOST_SCRIPTS.setupStart, run: startLongStep },
  { script: HOST_SCRIPTS.setupPackages, run: installPackages },
  { script: HOST_SCRIPTS.setupEnvironment, run: createEnvironment },
  { script: HOST_SCRIPTS.setupCheckout, run: checkOut },
  { script: HOST_SCRIPTS.setupFollow, run: followSetup },
];
