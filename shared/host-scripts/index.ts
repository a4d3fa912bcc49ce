import { fromCheckpoints } from './checkpoints.ts';
import { fromGpu } from './gpu.ts';
import { fromHostRead } from './host-read.ts';
import { fromHosts } from './hosts.ts';
import { fromHub } from './hub.ts';
import { fromJournal } from './journal.ts';
import { fromServices } from './services.ts';
import { fromSetup } from './setup.ts';
import { fromLongSteps } from './setup-long.ts';
import { fromSudoers } from './sudoers.ts';

/** A fixed POSIX-sh script that the panel runs on a host as `sh -c TEXT NAME ARGS…`. The lab recognises NAME and TEXT. */
export interface HostScript {
  readonly name: string;
  readonly text: string;
}

/** The argv that runs a script with these arguments. */
export function scriptArgv(script: HostScript, ...args: readonly string[]): readonly string[] {
  return ['sh', '-c', script.text, script.name, ...args];
}

/** Separates the parts of a script's output (ASCII record separator); no tool in the scripts prints it. */
export const RECORD_SEPARATOR = '\u001e';

export const HOST_SCRIPTS = {
  ...fromHosts,
  ...fromGpu,
  ...fromHostRead,
  ...fromServices,
  ...fromSudoers,
  ...fromJournal,
  ...fromCheckpoints,
  ...fromHub,
  ...fromSetup,
  ...fromLongSteps,
};
