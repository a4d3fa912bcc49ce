// How every script speaks: one clear sentence, and on failure a remedy and a non-zero exit.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A failure the user can do something about. */
export class SetupError extends Error {
  constructor(sentence, remedy) {
    super(sentence);
    this.remedy = remedy;
  }
}

/** True when this module was started by itself; file addresses differ from paths by blanks, letters and Windows' drives. */
export function isStartedBy(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(moduleUrl));
}

export function print(sentence) {
  process.stderr.write(`ada-panel: ${sentence}\n`);
}

/** What can be done about a failure of the file system, by its code. */
const FILE_REMEDIES = {
  EACCES: 'Give your user write permission there, then run this again.',
  EPERM: 'Give your user write permission there, then run this again.',
  EROFS: 'Run this from a writable folder.',
  ENOSPC: 'Free space on that disk, then run this again.',
};

/** A failure in a sentence or two; only a fault of the scripts themselves keeps its stack. */
function describeFailure(error) {
  if (error instanceof SetupError) return `${error.message} ${error.remedy}`;
  const remedy = FILE_REMEDIES[error?.code];
  return remedy === undefined ? `${error?.stack ?? error}` : `${error.message}. ${remedy}`;
}

/** Runs a script's main function; on an error it prints the error and sets the exit code 1. */
export function runMain(main) {
  main().catch((error) => {
    print(describeFailure(error));
    process.exit(1);
  });
}
