// How every script speaks: one clear sentence, and on failure a remedy and a non-zero exit.
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

export function say(sentence) {
  process.stderr.write(`ada-panel: ${sentence}\n`);
}

/** Runs a script's main function; a SetupError ends it with its two sentences and exit code 1. */
export function runMain(main) {
  main().catch((error) => {
    say(error instanceof SetupError ? `${error.message} ${error.remedy}` : `${error.stack ?? error}`);
    process.exit(1);
  });
}
