import { describeFault, FileError } from '../base/files.ts';
import type { LabProcess } from './process.ts';

/** Runs work on files; a FileError becomes an error message of the tool and exit code 1. */
export async function withFiles(process: LabProcess, path: string, work: () => void | Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    await process.stderr.write(`${process.argv[0] ?? ''}: ${path}: ${describeFault(thrown.fault)}\n`);
    return 1;
  }
}
